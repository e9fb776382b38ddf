"""Puts a month's report on disk: whole or not at all, the same bytes for the same figures."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from thirdshift_controller.costs.month.month import MonthFigures
from thirdshift_controller.reports.html import html
from thirdshift_controller.reports.markdown import markdown


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """Where a report lies."""

    markdown_path: Path
    html_path: Path


def write_month(figures: MonthFigures, folder: Path) -> WrittenReport:
    """Write `YYYY-MM.md` and `YYYY-MM.html`, replacing an earlier version. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    written = WrittenReport(folder / f"{figures.month}.md", folder / f"{figures.month}.html")
    _replace(written.markdown_path, markdown(figures))
    _replace(written.html_path, html(figures))
    return written


def _replace(path: Path, text: str) -> None:
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        draft = Path(file.name)
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            draft.chmod(0o644)
            draft.replace(path)
        except BaseException:
            draft.unlink()
            raise
