"""Loading a folder of pages: all or nothing, and every problem of every page at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.page_files import PENDING, UNKNOWN, page_text
from thirdshift_runbooks.catalogue import load
from thirdshift_runbooks.errors import RunbookError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "UnknownSignal.md").write_text(UNKNOWN, encoding="utf-8")
    (tmp_path / "RowRemapPending.md").write_text(PENDING, encoding="utf-8")
    return tmp_path


def problems(folder: Path) -> list[str]:
    with pytest.raises(RunbookError) as caught:
        load(folder)
    return str(caught.value).splitlines()


def test_a_page_is_found_by_id_alert_and_signal(folder: Path) -> None:
    catalogue = load(folder)
    page = catalogue.page("row-remap-pending")
    assert catalogue.by_alert("RowRemapPending") is page
    assert catalogue.for_signal("xid:63") is page
    assert catalogue.by_alert("Whatever") is None
    assert catalogue.for_signal("xid:12345").id == "unknown-signal"


def test_an_id_that_no_page_has_is_read_as_the_unknown() -> None:
    assert load().page("fan-stopped") == load().unknown


def test_two_pages_for_one_signal_are_refused(folder: Path) -> None:
    twin = page_text("row-remap-twin", "xid:63", "twin:pending")
    (folder / "RowRemapTwin.md").write_text(twin, encoding="utf-8")
    assert problems(folder) == [
        "RowRemapTwin.md:1: key 'signals': 'xid:63' is answered by RowRemapPending.md too; "
        "choose one page"
    ]


def test_a_folder_without_a_page_for_the_unknown_is_refused(folder: Path) -> None:
    (folder / "UnknownSignal.md").unlink()
    (message,) = problems(folder)
    assert "no page answers to the unknown; give one of them signals = ['*']" in message


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert "no page answers to the unknown" in problems(tmp_path)[0]


def test_an_absent_folder_is_refused(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert problems(nowhere) == [
        f"{nowhere}:1: there is no such folder; create it or mend the path"
    ]


def test_two_files_that_make_one_id_are_refused(folder: Path) -> None:
    twin = page_text("row-remap-pending", "xid:963")
    (folder / "RowRemapPENDING.md").write_text(twin, encoding="utf-8")
    assert problems(folder) == [
        "RowRemapPending.md:1: key 'id': 'row-remap-pending' is the id of RowRemapPENDING.md too; "
        "rename one of the files"
    ]


def test_a_rule_that_leads_to_no_page_is_refused(folder: Path) -> None:
    rule = '[[when]]\nsignal = "sxid:*"\nbecomes = "row-remap-pendin"\nfacts = { fatal = "yes" }\n'
    text = page_text("unknown-signal", "*", rules=rule)
    (folder / "UnknownSignal.md").write_text(text, encoding="utf-8")
    assert problems(folder) == [
        "UnknownSignal.md:1: key 'becomes' of [[when]]: there is no page 'row-remap-pendin'; "
        "name the id of one"
    ]


def test_a_page_that_cannot_be_read_makes_no_stranger_of_the_rules_that_lead_to_it(
    folder: Path,
) -> None:
    rule = '[[when]]\nsignal = "sxid:*"\nbecomes = "row-remap-pending"\nrepeats = 2\n'
    text = page_text("unknown-signal", "*", rules=rule)
    (folder / "UnknownSignal.md").write_text(text, encoding="utf-8")
    (folder / "RowRemapPending.md").write_text(PENDING.replace("people = 0", ""), encoding="utf-8")
    assert [line.split(":")[0] for line in problems(folder)] == ["RowRemapPending.md"]


def test_problems_of_all_pages_come_together(folder: Path) -> None:
    for name in ("UnknownSignal.md", "RowRemapPending.md"):
        file = folder / name
        text = file.read_text(encoding="utf-8").replace("people", "poeple")
        file.write_text(text, encoding="utf-8")
    files = [line.split(":")[0] for line in problems(folder)]
    assert files == ["RowRemapPending.md"] * 2 + ["UnknownSignal.md"] * 2


def test_a_file_that_is_not_text_is_refused_by_name(folder: Path) -> None:
    (folder / "Broken.md").write_bytes(b"\xff\xfe")
    assert problems(folder)[0].startswith("Broken.md:1: not UTF-8")


def test_a_file_that_cannot_be_read_is_refused_by_name(folder: Path) -> None:
    (folder / "Folder.md").mkdir()
    assert problems(folder)[0].startswith("Folder.md:1: not readable")
