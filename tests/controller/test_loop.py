"""The repair loop over shipped fakes: each stage takes up what the one before it left."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from fakes.roster import three_shifts
from fakes.world import World
from thirdshift_controller.config import Caller
from thirdshift_controller.errors import ConflictError, NotAllowedError
from thirdshift_controller.fleet.inventory import Row, Site
from thirdshift_controller.incidents.strangers import dismiss_strangers
from thirdshift_controller.remedies.port import (
    RemedyNotStarted,
    RemedyOutcomeUnknown,
    RemedyResult,
)
from thirdshift_controller.store import incidents, signals
from thirdshift_controller.store.tables import SignalRow
from thirdshift_controller.wire import AttemptOutcome, IncidentState, Role, WorkOrderState
from thirdshift_controller.workorders.dispatch import Dispatch

ANA = Caller("ana", Role.TECHNICIAN, "ana")
BO = Caller("bo", Role.TECHNICIAN, "bo")
LEAD = Caller("lead", Role.LEAD, None)
WELL = RemedyResult("reset", "GPU was reset", 0)
BROKEN = RemedyResult("reset", "GPU is lost", 15)


def fail_remap(world: World) -> None:
    agent = world.agent("gpu-1")
    agent.says(world.now, "xid:64", 3, "NVRM: Xid (PCI:0000:13:00): 64")
    agent.changes[3] = {"remap_failed": True}
    world.turn()


def to_hands(world: World) -> None:
    fail_remap(world)
    world.turn(world.burst)


def test_a_signal_becomes_one_incident_of_its_page(world: World) -> None:
    fail_remap(world)
    world.turn()
    incident = world.only_incident()
    assert incident.runbook == world.catalogue.for_signal("xid:64").id
    assert (incident.node, incident.gpu_slot, incident.gpus_out) == ("gpu-1", 3, 1)
    assert incident.gpu_serial == "1650000003"


def test_nothing_is_tried_before_the_burst_is_over(world: World) -> None:
    fail_remap(world)
    world.turn(world.burst - timedelta(seconds=1))
    assert world.remedy.orders == []
    world.turn(timedelta(seconds=1))
    assert [order.key for order in world.remedy.orders] == ["INC-1/1"]


def test_a_remedy_that_holds_is_verified_and_closed_without_hands(world: World) -> None:
    world.remedy.answers = [WELL]
    fail_remap(world)
    world.agent("gpu-1").changes.clear()
    world.turn(world.burst)
    assert world.only_incident().state is IncidentState.VERIFYING
    world.turn(world.soak("xid:64"))
    assert world.only_incident().state is IncidentState.CLOSED
    assert world.orders() == []


def test_a_remedy_that_does_not_hold_ends_in_hands_not_in_the_same_remedy(world: World) -> None:
    world.remedy.answers = [WELL]
    to_hands(world)
    world.turn(world.soak("xid:64"))
    world.turn()
    assert world.only_incident().state is IncidentState.NEEDS_HANDS
    assert len(world.remedy.orders) == 1
    assert "did not hold" in world.timeline()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (BROKEN, AttemptOutcome.FAILED),
        (RemedyNotStarted("no route to host"), AttemptOutcome.REFUSED),
        (RemedyOutcomeUnknown("connection lost"), AttemptOutcome.AMBIGUOUS),
    ],
)
def test_whatever_is_not_success_counts_as_failed_and_is_kept(
    world: World, answer: RemedyResult | RemedyNotStarted, outcome: AttemptOutcome
) -> None:
    world.remedy.answers = [answer]
    to_hands(world)
    world.turn()
    (attempt,) = world.attempts()
    assert attempt.outcome is outcome
    assert attempt.command.startswith("gpu_reset 00000000:13:00.0")
    assert world.only_incident().state is IncidentState.NEEDS_HANDS


def test_an_attempt_without_an_end_is_ambiguous_and_never_made_again(world: World) -> None:
    fail_remap(world)
    world.clock.move(world.burst)
    world.die_during_remedy()
    world.restart()
    assert [one.outcome for one in world.attempts()] == [AttemptOutcome.AMBIGUOUS]
    world.turn()
    assert world.remedy.orders == []
    assert world.only_incident().state is IncidentState.NEEDS_HANDS


def test_the_order_goes_to_the_person_on_shift(world: World) -> None:
    to_hands(world)
    world.turn()
    (order,) = world.orders()
    assert (order.assignee, order.shift, order.state) == ("ana", "day", WorkOrderState.ASSIGNED)


def test_an_order_that_nobody_took_up_goes_to_the_next_shift(world: World) -> None:
    to_hands(world)
    world.turn()
    world.turn(timedelta(hours=8))
    (order,) = world.orders()
    assert (order.assignee, order.shift) == ("bo", "evening")


def test_work_that_was_started_stays_with_its_person(world: World) -> None:
    to_hands(world)
    world.turn()
    world.bench.start(1, ANA, world.now)
    world.turn(timedelta(hours=8))
    assert world.orders()[0].assignee == "ana"


def test_only_the_assignee_or_a_lead_works_an_order(world: World) -> None:
    to_hands(world)
    world.turn()
    with pytest.raises(NotAllowedError, match="assigned to ana"):
        world.bench.acknowledge(1, BO, world.now)
    world.bench.acknowledge(1, LEAD, world.now)
    assert world.only_incident().owner == "lead"


def test_an_order_is_not_closed_with_steps_undone(world: World) -> None:
    to_hands(world)
    world.turn()
    world.bench.start(1, ANA, world.now)
    world.bench.tick(1, 1, True, None, ANA, world.now)
    with pytest.raises(ConflictError, match="steps not done: 2"):
        world.bench.close(1, None, ANA, world.now)


def test_a_step_is_not_ticked_before_the_work_is_started(world: World) -> None:
    to_hands(world)
    world.turn()
    with pytest.raises(ConflictError, match="start it first"):
        world.bench.tick(1, 1, True, None, ANA, world.now)


def test_doing_it_all_twice_changes_nothing(world: World) -> None:
    to_hands(world)
    world.turn()
    world.work_through(ANA)
    first = world.timeline()
    world.clock.move(timedelta(minutes=1))
    world.work_through(ANA)
    assert world.timeline() == first


def test_a_repair_that_holds_is_closed_and_its_phases_add_up(world: World) -> None:
    to_hands(world)
    world.turn(timedelta(minutes=20))
    world.work_through(ANA)
    world.agent("gpu-1").changes.clear()
    world.turn(world.soak("xid:64"))
    incident = world.only_incident()
    assert incident.state is IncidentState.CLOSED
    phases = world.phases()
    assert [phase.phase for phase in phases] == ["detect", "remote", "people", "hands", "verify"]
    assert all(a.to_at == b.from_at for a, b in itertools.pairwise(phases))
    assert phases[-1].to_at == incident.closed_at


def test_a_repair_that_does_not_hold_goes_back_to_hands_with_a_new_order(world: World) -> None:
    to_hands(world)
    world.turn()
    world.work_through(ANA)
    world.turn(world.soak("xid:64"))
    world.turn()
    assert world.only_incident().state is IncidentState.NEEDS_HANDS
    assert [order.id for order in world.orders()] == [2]


def test_news_of_a_fault_that_was_mended_since_opens_nothing(world: World) -> None:
    to_hands(world)
    world.turn()
    before = world.now
    world.clock.move(timedelta(minutes=5))
    world.work_through(ANA)
    world.agent("gpu-1").changes.clear()
    world.turn(world.soak("xid:64"))
    assert world.only_incident().state is IncidentState.CLOSED
    world.agent("gpu-1").says(before, "xid:64", 3, "told late")
    world.turn()
    assert world.only_incident().state is IncidentState.CLOSED
    assert "was heard of late" in world.timeline()
    world.agent("gpu-1").says(world.now, "xid:64", 3, "again")
    world.turn()
    incident = world.only_incident()
    assert (incident.state, incident.reopened) == (IncidentState.OPEN, 1)
    assert "opened again on xid:64" in world.timeline()


def test_what_comes_back_after_its_time_is_a_fault_of_its_own(world: World) -> None:
    to_hands(world)
    world.turn()
    world.work_through(ANA)
    world.agent("gpu-1").changes.clear()
    world.turn(world.soak("xid:64"))
    world.turn(world.patience.reopen)
    world.agent("gpu-1").says(world.now + timedelta(seconds=5), "xid:64", 3, "again")
    world.turn()
    assert [row.reopened for row in world.incidents()] == [0, 0]


@pytest.mark.parametrize(
    ("name", "holds"),
    [("xid:64", True), ("remap:failed", True), ("nvlink:down", True)],
)
def test_an_alert_of_what_the_agent_would_say_itself_fails_no_proof(
    world: World, name: str, holds: bool
) -> None:
    to_hands(world)
    world.turn()
    world.work_through(ANA)
    world.agent("gpu-1").changes.clear()
    world.turn()
    kind, _, code = name.partition(":")
    alert = SignalRow(
        origin=f"alert:{name}",
        node="gpu-1",
        gpu_slot=3,
        at=world.now,
        received_at=world.now,
        kind=kind,
        code=code,
        source="alertmanager",
        message="",
    )
    with world.store.write() as session:
        signals.keep(session, [alert])
    world.turn(world.soak("xid:64"))
    assert (world.only_incident().state is IncidentState.CLOSED) == holds


def test_a_controller_that_was_away_looks_before_it_judges(world: World) -> None:
    to_hands(world)
    world.turn()
    world.work_through(ANA)
    world.agent("gpu-1").changes.clear()
    world.clock.move(timedelta(days=1))
    world.restart()
    world.loop.run()
    assert world.only_incident().state is IncidentState.VERIFYING
    world.turn()
    assert world.only_incident().state is IncidentState.CLOSED


def test_a_node_that_left_the_site_file_keeps_nothing_open(world: World) -> None:
    to_hands(world)
    world.turn()
    smaller = Site("test-1", world.site.timezone, (Row("R01", world.site.rows[0].racks[1:]),))
    dismiss_strangers(world.store, smaller, world.now)
    assert world.only_incident().state is IncidentState.CLOSED
    assert world.orders() == []


def test_an_order_leaves_a_person_who_left_the_site(world: World) -> None:
    to_hands(world)
    world.turn()
    world.bench.start(1, ANA, world.now)
    people = three_shifts().people[1:]
    shifts = tuple(replace(shift, person="bo") for shift in three_shifts().shifts)
    roster = replace(three_shifts(), people=people, shifts=shifts)
    Dispatch(world.store, world.catalogue, roster).run(world.now)
    assert world.orders()[0].assignee == "bo"


def test_a_note_is_never_wiped_by_a_tick(world: World) -> None:
    to_hands(world)
    world.turn()
    world.bench.start(1, ANA, world.now)
    world.bench.tick(1, 1, True, "serial 4711", ANA, world.now)
    for note in ("", None):
        world.bench.tick(1, 1, True, note, ANA, world.now)
    assert "step 1 done: serial 4711" in world.timeline()
    assert world.timeline().count("step 1 done") == 1


def test_a_signal_that_cannot_be_placed_does_not_hold_up_the_others(world: World) -> None:
    poison = SignalRow(
        origin="poison",
        node="a-stranger",
        at=world.now,
        received_at=world.now,
        kind="xid",
        code="64",
        source="alertmanager",
        message="",
    )
    with world.store.write() as session:
        signals.keep(session, [poison])
    fail_remap(world)
    assert world.only_incident().node == "gpu-1"


def test_the_workloads_fault_closes_by_itself(world: World) -> None:
    world.agent("gpu-1").says(world.now, "xid:13", 2)
    world.turn()
    assert world.only_incident().state is IncidentState.OPEN
    world.turn(world.silence)
    assert world.only_incident().state is IncidentState.CLOSED
    assert world.remedy.orders == []


def test_a_signal_that_nobody_knows_is_shown_not_dropped(world: World) -> None:
    world.agent("gpu-1").says(world.now, "xid:4711", 2)
    world.turn()
    assert world.only_incident().runbook == world.catalogue.unknown.id
    assert world.only_incident().title.endswith(": xid:4711")


def test_reading_the_same_report_again_changes_nothing(world: World) -> None:
    fail_remap(world)
    before = world.everything()
    world.forget_cursors()
    world.turn(timedelta(0))
    assert world.everything() == before


def test_a_batch_that_the_database_refuses_is_placed_one_signal_at_a_time(world: World) -> None:
    key = f"gpu-1/1/{world.catalogue.for_signal('xid:13').id}"
    fail_remap(world)
    with world.store.write() as session:
        taken = incidents.by_id(session, 1)
        assert taken is not None
        taken.open_key, taken.node = key, "gone"  # triage cannot see who has the key
        session.add(taken)
    world.agent("gpu-1").says(world.now, "xid:13", 1)
    world.agent("gpu-1").says(world.now + timedelta(seconds=1), "xid:48", 5)
    world.turn()
    assert [row.gpu_slot for row in world.incidents()] == [3, 5]
