"""`thirdshift-controller runbook`: the catalogue, read and checked from the shell."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from fakes.page_files import page_text
from thirdshift_controller.cli import main
from thirdshift_runbooks.catalogue import load
from thirdshift_runbooks.handout import handout


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A site whose own page takes Xid 74."""
    (tmp_path / "runbooks").mkdir()
    text = page_text("our-links", "xid:74")
    (tmp_path / "runbooks" / "OurLinks.md").write_text(text, encoding="utf-8")
    path = tmp_path / "controller.toml"
    path.write_text('[catalogue]\noverrides = "runbooks"\n', encoding="utf-8")
    return path


@pytest.fixture
def broken(config: Path) -> Path:
    """The same with a page that breaks two rules."""
    path = config.parent / "runbooks" / "OurLinks.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("people = 0", "people = 2").replace("## Impact", "## Inpact"))
    return config


def test_a_signal_is_answered_with_page_class_rungs_hands_and_where_to_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = load().for_signal("xid:64")
    assert main(["runbook", "which", "xid:64"]) == 0
    said = capsys.readouterr().out
    assert said.splitlines() == [
        f"row-remap-failure: {page.title}",
        "  class      3. Row remaps (row_remap)",
        "  gravity    critical, takes the GPU out",
        f"  from afar  {', '.join(page.ladder)}",
        f"  hands      2 people: {', '.join(page.skills)}",
        "  read it    thirdshift-controller runbook show row-remap-failure",
    ]


def test_a_signal_that_nobody_knows_is_said_to_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runbook", "which", "alert:Whatever"]) == 1
    assert capsys.readouterr().out.startswith("no page answers to alert:Whatever: it is shown as ")


@pytest.mark.parametrize("text", ["79", "xid:079", "*", ""])
def test_what_is_no_signal_is_told_how_one_is_written(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["runbook", "which", text])
    assert f"{text!r} is no signal; write one such as xid:79" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["nvlink-error", "NvlinkError"])
def test_a_page_is_shown_by_its_id_or_its_alert(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["runbook", "show", name]) == 0
    assert capsys.readouterr().out == handout(load().page("nvlink-error"))


def test_whoever_asks_for_the_page_of_a_signal_is_shown_the_way(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["runbook", "show", "xid:79"]) == 2
    assert "`runbook which xid:79` names the one that answers" in capsys.readouterr().err


def test_a_page_that_is_not_there_is_answered_with_the_nearest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["runbook", "show", "nvlink-eror"]) == 2
    told = "there is no page 'nvlink-eror'; did you mean 'nvlink-error'?"
    assert capsys.readouterr().err == f"thirdshift-controller: {told}\n"
    assert main(["runbook", "show", "zzz"]) == 2
    assert "`runbook list` names them all" in capsys.readouterr().err


def test_on_a_terminal_a_page_is_drawn() -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "thirdshift_controller", "runbook", "show", "nvlink-error"]
    asked = subprocess.Popen(
        command, stdout=theirs, env={**os.environ, "COLUMNS": "80", "TERM": "xterm"}
    )
    os.close(theirs)
    drawn = _all_of(ours)
    assert asked.wait(timeout=60) == 0
    assert "NVLink error" in drawn
    assert "\x1b[" in drawn
    assert "## Meaning" not in drawn


def _all_of(terminal: int) -> str:
    parts = []
    while part := _next(terminal):
        parts.append(part)
    os.close(terminal)
    return b"".join(parts).decode()


def _next(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that the other side has closed it
        return b""


def test_every_page_is_listed_once_by_class(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runbook", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    listed = [line.split()[0] for line in lines if line.startswith("  ")]
    assert sorted(listed) == [page.id for page in load().pages]
    assert lines[0] == "1. Faults of the program"
    assert "7. Off the bus" in lines


def test_the_shipped_pages_are_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runbook", "lint"]) == 0
    assert capsys.readouterr().out == f"{len(load().pages)} pages keep every rule\n"


def test_a_folder_of_own_pages_is_checked(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = config.parent / "runbooks"
    expected = f"{len(load().pages) + 1} pages keep every rule, 1 of them from {folder}\n"
    assert main(["runbook", "lint", str(folder)]) == 0
    assert capsys.readouterr().out == expected
    assert main(["runbook", "lint", "--config", str(config)]) == 0
    assert capsys.readouterr().out == expected


def test_every_problem_of_the_own_pages_is_told(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = broken.parent / "runbooks" / "OurLinks.md"
    assert main(["runbook", "lint", str(file.parent)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 3
    assert all(line.startswith(f"{file}:") for line in said)
    assert any("key 'people': an observed fault sends nobody" in line for line in said)


def test_a_folder_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["runbook", "lint", str(tmp_path / "nowhere")]) == 1
    assert "there is no such folder" in capsys.readouterr().out


def test_a_review_in_the_future_is_found(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = config.parent / "runbooks" / "OurLinks.md"
    file.write_text(file.read_text().replace("reviewed_on = 2", "reviewed_on = 9"))
    assert main(["runbook", "lint", "--config", str(config)]) == 1
    assert "is in the future; write the day of it" in capsys.readouterr().out


def test_with_a_sites_file_its_own_pages_answer(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["runbook", "which", "xid:74", "--config", str(config)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("our-links: Something of ours\n")
    assert said.endswith(f"runbook show our-links --config {config}\n")
    assert main(["runbook", "show", "our-links", "--config", str(config)]) == 0
    assert capsys.readouterr().out.startswith("# Something of ours\n")


@pytest.mark.parametrize("verb", [["show", "our-links"], ["which", "xid:74"], ["list"]])
def test_own_pages_that_break_a_rule_are_refused(
    broken: Path, verb: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["runbook", *verb, "--config", str(broken)]) == 2
    assert "OurLinks.md:" in capsys.readouterr().err


def test_a_sites_file_that_cannot_be_read_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["runbook", "list", "--config", str(tmp_path / "nowhere.toml")]) == 2
    assert "nowhere.toml: there is no such file" in capsys.readouterr().err
