"""The page as a file: whole, readable by others, and never the agent's end."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from servers.process import need
from thirdshift_agent.page.textfile import TextFile


def test_the_file_is_replaced_whole_and_can_be_read_by_everybody(tmp_path: Path) -> None:
    path = tmp_path / "thirdshift.prom"
    file = TextFile(path)
    file.write(b"old\n")
    with path.open("rb") as reader:
        file.write(b"new\n")
        assert reader.read() == b"old\n"
    assert path.read_bytes() == b"new\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert list(tmp_path.iterdir()) == [path]
    assert file.problems() == ()
    file.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_a_problem_until_it_can(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "texts" / "thirdshift.prom"
    file = TextFile(path)
    for _ in range(3):
        file.write(b"page\n")
    assert file.problems() == (
        f"text file {path} cannot be written: No such file or directory; "
        "let the agent's user write its folder",
    )
    assert caplog.messages == ["text file not written"]
    path.parent.mkdir()
    file.write(b"page\n")
    assert (file.problems(), path.read_bytes()) == ((), b"page\n")


def test_a_path_that_can_never_be_is_a_problem_and_no_crash() -> None:
    file = TextFile(Path("/dev/null/thirdshift.prom"))
    file.write(b"page\n")
    assert "Not a directory" in file.problems()[0]
    file.remove()


def test_a_link_in_the_drafts_place_is_not_followed(tmp_path: Path) -> None:
    treasure, path = tmp_path / "treasure", tmp_path / "thirdshift.prom"
    treasure.write_text("gold")
    (tmp_path / ".thirdshift.prom.new").symlink_to(treasure)
    file = TextFile(path)
    file.write(b"page\n")
    assert treasure.read_text() == "gold"
    assert file.problems()


def test_promtool_would_find_a_bad_page(tmp_path: Path) -> None:
    done = subprocess.run(
        [need("promtool"), "check", "metrics"], input=b"no page", capture_output=True, check=False
    )
    assert done.returncode != 0
