"""A site's own pages: they replace, add and take signals, and are checked like all others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fakes.page_files import PENDING, UNKNOWN, page_text
from thirdshift_runbooks.catalogue import Catalogue, load
from thirdshift_runbooks.errors import RunbookError
from thirdshift_runbooks.rules import kebab

RULE = '\n[[when]]\nsignal = "%s"\nbecomes = "%s"\nrepeats = 2\n'


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """Two pages: one for signals of row remaps, one for all others."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    (folder / "RowRemapPending.md").write_text(PENDING, encoding="utf-8")
    (folder / "UnknownSignal.md").write_text(UNKNOWN, encoding="utf-8")
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def write(folder: Path, alert: str, *signals: str, rule: str = "") -> Path:
    path = folder / f"{alert}.md"
    path.write_text(page_text(kebab(alert), *signals, rules=rule), encoding="utf-8")
    return path


def identifiers(catalogue: Catalogue) -> list[str]:
    return [page.id for page in catalogue.pages]


def refusal(shipped: Path, own: Path) -> list[str]:
    with pytest.raises(RunbookError) as caught:
        load(shipped, overrides=own)
    return str(caught.value).splitlines()


def test_an_empty_folder_changes_nothing(own: Path) -> None:
    assert load(overrides=own) == load()


def test_a_file_of_the_same_name_replaces_the_shipped_page(shipped: Path, own: Path) -> None:
    write(own, "RowRemapPending", "xid:63")
    catalogue = load(shipped, overrides=own)
    assert identifiers(catalogue) == ["row-remap-pending", "unknown-signal"]
    assert catalogue.for_signal("xid:63").title == "Something of ours"
    assert catalogue.for_signal("remap:pending") is catalogue.unknown


def test_a_new_file_adds_a_page(shipped: Path, own: Path) -> None:
    write(own, "BusbarHot", "busbar:hot")
    catalogue = load(shipped, overrides=own)
    assert identifiers(catalogue) == ["busbar-hot", "row-remap-pending", "unknown-signal"]
    assert catalogue.for_signal("busbar:hot").alert == "BusbarHot"


def test_a_claimed_signal_is_taken_from_the_shipped_page(shipped: Path, own: Path) -> None:
    write(own, "RemapOurWay", "xid:63")
    catalogue = load(shipped, overrides=own)
    assert catalogue.for_signal("xid:63").id == "remap-our-way"
    assert catalogue.page("row-remap-pending").signals == ("remap:pending", "remap:page_pending")


def test_the_rules_of_a_claimed_signal_go_with_it(shipped: Path, own: Path) -> None:
    rules = RULE % ("busbar:hot", "unknown-signal") + RULE % ("busbar:warm", "unknown-signal")
    write(shipped, "BusbarHot", "busbar:hot", "busbar:warm", rule=rules)
    write(own, "BusbarOurWay", "busbar:hot")
    (left,) = load(shipped, overrides=own).page("busbar-hot").when
    assert left.signal == "busbar:warm"


def test_a_page_that_has_lost_every_signal_is_gone(shipped: Path, own: Path) -> None:
    write(own, "RemapOurWay", "xid:63", "remap:pending", "remap:page_pending")
    assert identifiers(load(shipped, overrides=own)) == ["remap-our-way", "unknown-signal"]


def test_a_page_that_a_rule_still_leads_to_stays_without_signals(shipped: Path, own: Path) -> None:
    rule = RULE % ("busbar:warm", "row-remap-pending")
    write(own, "RemapOurWay", "xid:63", "remap:pending", "remap:page_pending")
    write(own, "BusbarWarm", "busbar:warm", rule=rule)
    catalogue = load(shipped, overrides=own)
    assert catalogue.page("row-remap-pending").signals == ()


def test_the_unknown_may_be_answered_by_a_page_of_ones_own(shipped: Path, own: Path) -> None:
    write(own, "NobodyKnows", "*")
    catalogue = load(shipped, overrides=own)
    assert identifiers(catalogue) == ["nobody-knows", "row-remap-pending"]
    assert catalogue.for_signal("xid:12345").id == "nobody-knows"


def test_the_unknown_cannot_be_done_away_with(shipped: Path, own: Path) -> None:
    write(own, "UnknownSignal", "busbar:hot")
    (told,) = refusal(shipped, own)
    assert told.startswith(f"{own}:1: no page answers to the unknown")


def test_a_signal_that_two_own_pages_claim_is_refused_by_their_paths(
    shipped: Path, own: Path
) -> None:
    first, second = write(own, "BusbarHot", "busbar:hot"), write(own, "BusbarWarm", "busbar:hot")
    assert refusal(shipped, own) == [
        f"{second}:1: key 'signals': 'busbar:hot' is answered by {first} too; choose one page"
    ]


def test_a_rule_of_an_own_page_may_lead_to_a_shipped_one_and_to_no_other(
    shipped: Path, own: Path
) -> None:
    write(own, "BusbarHot", "busbar:hot", rule=RULE % ("busbar:hot", "row-remap-pending"))
    assert load(shipped, overrides=own).for_signal("busbar:hot").when
    path = write(own, "BusbarHot", "busbar:hot", rule=RULE % ("busbar:hot", "nowhere"))
    assert refusal(shipped, own) == [
        f"{path}:1: key 'becomes' of [[when]]: there is no page 'nowhere'; name the id of one"
    ]


def test_a_broken_own_page_is_named_by_its_path_and_line(shipped: Path, own: Path) -> None:
    path = write(own, "BusbarHot", "busbar:hot")
    path.write_text(path.read_text().replace('"minor"', '"minro"'), encoding="utf-8")
    assert refusal(shipped, own) == [
        f"{path}:9: key 'severity': 'minro' is not known; did you mean 'minor'?"
    ]


def test_a_review_in_the_future_is_told_to_who_checks_pages(shipped: Path, own: Path) -> None:
    path = write(own, "BusbarHot", "busbar:hot")
    with pytest.raises(RunbookError, match=f"{path}:17: key 'reviewed_on': .* is in the future"):
        load(shipped, today=date(2026, 11, 23), overrides=own)


def test_problems_of_both_folders_come_together(shipped: Path, own: Path) -> None:
    for path in (shipped / "RowRemapPending.md", write(own, "BusbarHot", "busbar:hot")):
        path.write_text(path.read_text().replace("unit = ", "unti = "), encoding="utf-8")
    files = {line.split(":")[0] for line in refusal(shipped, own)}
    assert files == {"RowRemapPending.md", str(own / "BusbarHot.md")}


def test_an_absent_folder_is_refused(tmp_path: Path, shipped: Path) -> None:
    (told,) = refusal(shipped, tmp_path / "nowhere")
    assert told.startswith(f"{tmp_path / 'nowhere'}:1: there is no such folder")
