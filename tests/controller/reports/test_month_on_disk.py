"""Where a month's report lies, and that it lies there whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes import toronto
from thirdshift_controller.reports.write import write_month


def test_a_month_lies_under_its_name(tmp_path: Path) -> None:
    written = write_month(toronto.first_days(), tmp_path / "reports")
    assert written.markdown_path == tmp_path / "reports" / "2026-11.md"
    assert written.html_path == tmp_path / "reports" / "2026-11.html"
    assert written.html_path.stat().st_mode & 0o777 == 0o644


def test_writing_again_changes_no_byte_and_leaves_no_draft(tmp_path: Path) -> None:
    figures = toronto.first_days()
    first = write_month(figures, tmp_path).html_path.read_bytes()
    second = write_month(figures, tmp_path).html_path.read_bytes()
    assert first == second
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026-11.html", "2026-11.md"]


def test_a_write_that_fails_leaves_no_draft_behind(tmp_path: Path) -> None:
    (tmp_path / "2026-11.html").mkdir()
    with pytest.raises(OSError, match=r"2026-11\.html"):
        write_month(toronto.first_days(), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026-11.html", "2026-11.md"]
