"""How incidents, holds and pauses are put into words, without any terminal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from thirdshift_controller.wire import (
    AttemptOutcome,
    Hold,
    IncidentDetail,
    IncidentSummary,
    NodeDetail,
    Pause,
    RungRecord,
    Scope,
)
from thirdshift_tui.client import scripted
from thirdshift_tui.client.fake import FakeSite
from thirdshift_tui.client.scripted import NOW
from thirdshift_tui.draw.holds import hands_off_lines, hold_words, pauses_words, to_lift
from thirdshift_tui.draw.incident import IncidentPage, incident_lines
from thirdshift_tui.draw.incidents import arranged, incident_rows, where
from thirdshift_tui.draw.ink import plain
from thirdshift_tui.draw.node import node_rows
from thirdshift_tui.draw.words import zone

TORONTO = zone("America/Toronto")
ONE = next(iter(scripted.incidents()))
HOLD, PAUSE = scripted.holds()[0], scripted.pauses()[0]


def known(identity: str, **changes: object) -> IncidentSummary:
    fields = {"id": identity, "owner": "ana", "waits_for": None} | changes
    return replace(ONE, **fields)  # type: ignore[arg-type]


def listed(*incidents: IncidentSummary, width: int = 80) -> list[str]:
    rows = incident_rows(incidents, NOW, width, "Inbox")
    return [plain(row.line).rstrip() for row in rows[1:]]


def test_parts_stand_beneath_their_cause_however_deep_and_nothing_is_lost() -> None:
    site, rack, node = (
        known("INC-1"),
        known("INC-2", parent="INC-1"),
        known("INC-3", parent="INC-2"),
    )
    alone, orphan = known("INC-4", owner=None), known("INC-5", parent="INC-99")
    shown = [(one.incident.id, one.depth) for one in arranged([node, rack, orphan, site, alone])]
    assert shown == [("INC-4", 0), ("INC-5", 0), ("INC-1", 0), ("INC-2", 1), ("INC-3", 2)]


def test_a_part_whose_cause_is_not_listed_names_it_once() -> None:
    assert listed(known("INC-5", parent="INC-9"))[1:] == ["         part of INC-9"]
    waiting = known("INC-5", parent="INC-9", waits_for="INC-9, of which it is a part")
    assert listed(waiting)[1:] == ["         waits: INC-9, of which it is a part"]


def test_a_line_beneath_tells_what_came_back_and_what_it_waits_for() -> None:
    assert listed(known("INC-1")) == listed(known("INC-1"))[:1]
    more = listed(known("INC-1", reopened=2, waits_for="jobs to end: 4711"))[1]
    assert more == "         reopened 2x; waits: jobs to end: 4711"


def test_a_long_wait_is_cut_with_a_mark_in_a_list() -> None:
    _, more = listed(known("INC-1", waits_for="x" * 200))
    assert len(more) == 80
    assert more.endswith("x~")


@pytest.mark.parametrize("scope", [scope for scope in Scope if scope not in ("gpu", "node")])
def test_what_is_about_many_is_named_by_its_scope(scope: Scope) -> None:
    wide = known("INC-1", node="", rack="", gpu_slot=None, scope=scope, scope_name="A")
    assert where(wide) == f"{scope} A"
    assert f"{scope} A, GPUs out" in "\n".join(page(wide))


def page(
    summary: IncidentSummary, records: tuple[RungRecord, ...] = (), **changes: object
) -> Iterator[str]:
    detail = IncidentDetail(summary, None, (), (), scripted.attempts(summary), ())
    shown = IncidentPage(replace(detail, **changes), records, ())  # type: ignore[arg-type]
    return (plain(line) for line in incident_lines(shown, NOW, TORONTO, 80))


@pytest.mark.parametrize(
    ("outcome", "held", "words"),
    [
        (AttemptOutcome.SUCCEEDED, True, "1. gpu reset: succeeded, and it held"),
        (AttemptOutcome.SUCCEEDED, False, "1. gpu reset: succeeded, but it did not hold"),
        (AttemptOutcome.SUCCEEDED, None, "1. gpu reset: succeeded  "),
        (AttemptOutcome.FAILED, False, "1. gpu reset: failed  "),
        (AttemptOutcome.DECLINED, None, "1. gpu reset: declined  "),
    ],
)
def test_an_attempt_tells_how_it_ended_and_whether_it_held(
    outcome: AttemptOutcome, held: bool | None, words: str
) -> None:
    (attempt,) = scripted.attempts(ONE)
    tried = (replace(attempt, outcome=outcome, held=held),)
    assert any(words in line for line in page(ONE, attempts=tried))


def test_an_attempt_stands_beside_the_record_of_its_own_page_alone() -> None:
    other = RungRecord("another", "gpu_reset", 5, 5)
    own = RungRecord(ONE.runbook, "gpu_reset", 1, 8)
    assert any("for this runbook it held 1 of 8" in line for line in page(ONE, (other, own)))
    assert not any("it held" in line for line in page(ONE, (other,)))


def test_the_keys_stand_beside_a_proposal_until_somebody_has_said_yes() -> None:
    (attempt,) = scripted.attempts(ONE)
    assert any("y yes, n no" in line for line in page(ONE, attempts=(attempt,)))
    lines = list(page(ONE, attempts=(replace(attempt, approved_by="kim"),)))
    assert "    approved by kim" in lines


def test_a_long_wait_is_whole_on_the_incidents_page() -> None:
    reason = "the budget of rack R01-03, until 2026-11-02 19:40 UTC: " + "gpu-1031, " * 12 + "end"
    lines = list(page(known("INC-1", waits_for=reason)))
    assert f"waits: {reason}" in " ".join(line.strip() for line in lines)
    assert all(len(line) <= 80 for line in lines)


def test_a_hold_says_when_it_begins_and_ends_and_names_the_day_only_if_another() -> None:
    assert hold_words(HOLD, NOW, TORONTO) == (
        "HOLD-1: raj holds rack R05-02 until 16:30: new leaf cables"
    )
    window = replace(HOLD, from_at=NOW + timedelta(hours=1), until_at=NOW + timedelta(days=1))
    assert " from 15:32 until 03 Nov 14:32: " in hold_words(window, NOW, TORONTO)


def test_pauses_are_told_together_and_those_that_are_over_not_at_all() -> None:
    feed = Pause(Scope.FEED, "A", "full", NOW, NOW + timedelta(hours=1))
    told = pauses_words([PAUSE, feed], NOW, TORONTO)
    assert told == "budget of rack R01-03 spent until 14:40; of feed A spent until 15:32"
    assert pauses_words([PAUSE], PAUSE.until_at, TORONTO) == ""


def test_where_nothing_is_held_nor_paused_there_is_no_section() -> None:
    assert list(hands_off_lines((), (), NOW, TORONTO, 80)) == []


def test_the_hold_that_is_lifted_is_ones_own_else_the_nearest() -> None:
    place, rack = (Scope.NODE, "gpu-1"), (Scope.RACK, "R1")
    wide = placed("HOLD-1", "raj", rack)
    near, far = placed("HOLD-2", "kim", place), placed("HOLD-3", "ana", (Scope.NODE, "gpu-2"))
    places = (place, rack)
    assert to_lift([wide, near, far], places, "ana") == near
    assert to_lift([wide, near, far], places, "raj") == wide
    assert to_lift([far], places, "ana") is None


def placed(identity: str, person: str, place: tuple[Scope, str]) -> Hold:
    scope, name = place
    return replace(HOLD, id=identity, placed_by=person, scope=scope, scope_name=name)


@pytest.mark.parametrize(
    ("score", "words"),
    [
        (0.49, None),
        (0.5, "lemon score 0.5: it fails again and again; from 1 on it is a person's"),
        (1.2, "lemon score 1.2: it fails again and again; it is a person's now"),
    ],
)
@pytest.mark.anyio
async def test_a_node_tells_its_lemon_score_from_a_half_on(score: float, words: str | None) -> None:
    node: NodeDetail = replace(await FakeSite().node("gpu-1011"), lemon_score=score)
    drawn = [plain(row.line) for row in node_rows(node, (), NOW, TORONTO, 80)]
    assert [line for line in drawn if "lemon" in line] == ([words] if words else [])
