"""From a request to its answer: taken once, worked, proved, told, whatever dies between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tenacity import Retrying

from fakes.handoff import REFERENCE, repair, request
from fakes.world import Died, World
from thirdshift_controller.adapters.scripted_handoff import ScriptedRequester, ScriptedRequests
from thirdshift_controller.config import Caller
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.intake import nico
from thirdshift_controller.intake.takeover import Takeover
from thirdshift_controller.store import external, incidents
from thirdshift_controller.store.tables import ExternalRequestRow, SignalRow
from thirdshift_controller.wire import IncidentState, Role
from thirdshift_controller.wire.handoff import ExternalSystem
from thirdshift_controller.workorders.hand_back import PATIENCE, HandBack
from thirdshift_controller.workorders.request_watch import RequestWatch
from thirdshift_controller.workorders.requester import (
    Outcome,
    RequesterRefused,
    RequesterUnreachable,
)

ANA = Caller("ana", Role.TECHNICIAN, "ana")
NVSENTINEL, NICO = ExternalSystem.NVSENTINEL, ExternalSystem.NICO


class Desk:
    """The hand-over of a world: both ends, and what lies between."""

    def __init__(self, world: World) -> None:
        self.world, self.slept = world, list[float]()
        self.requester, self.requests = ScriptedRequester(), ScriptedRequests()
        self.takeover = Takeover(world.store, world.site, world.catalogue)
        self.back = self.hand_back(PATIENCE.copy(sleep=self.slept.append))
        self.watch = RequestWatch(self.requests, self.takeover, self.back)

    def hand_back(self, patience: Retrying) -> HandBack:
        everybody = dict.fromkeys(ExternalSystem, self.requester)
        return HandBack(self.world.store, everybody, patience)

    def take(self) -> None:
        self.takeover.take(request(), self.world.now)
        self.world.turn()

    def mend(self) -> None:
        """Hands, and the soak after them."""
        self.world.turn(self.world.burst)
        self.world.work_through(ANA)
        self.world.turn(self.world.soak(request().fault or ""))
        assert self.world.only_incident().state is IncidentState.CLOSED

    def run(self) -> None:
        self.back.run(self.world.now)

    def close(self, resolution: str) -> None:
        with self.world.store.write() as session:
            incident = incidents.by_id(session, 1)
            assert incident is not None
            lifecycle.close(session, incident, self.world.now, resolution)

    def row(self, reference: str = REFERENCE) -> ExternalRequestRow:
        with self.world.store.read() as session:
            found = external.find(session, NVSENTINEL, reference)
        assert found is not None
        return found

    def told(self) -> list[tuple[str, bool]]:
        return [(one.reference, one.succeeded) for one in self.requester.taken]


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def test_a_request_goes_through_hands_and_proof_and_is_answered_once(desk: Desk) -> None:
    desk.take()
    desk.run()
    assert desk.told() == []
    desk.mend()
    for _ in range(3):
        desk.run()
    assert desk.told() == [(REFERENCE, True)]
    (outcome,) = desk.requester.taken
    assert outcome.message == "INC-1 verified: well for 60 minutes"
    assert (outcome.incident, outcome.node) == ("INC-1", "gpu-1")
    assert (desk.row().told_at, desk.row().succeeded) == (desk.world.now, True)
    assert f"nvsentinel was told of {REFERENCE}: mended" in desk.world.timeline()


def test_repeats_of_a_request_change_nothing_at_any_moment(desk: Desk) -> None:
    for step in (desk.take, desk.mend, desk.run, desk.run):
        step()
        desk.takeover.take(request(), desk.world.now)
        desk.world.turn()
    assert len(desk.world.incidents()) == 1
    assert desk.told() == [(REFERENCE, True)]


def test_an_end_without_proof_is_no_success(desk: Desk) -> None:
    desk.take()
    desk.close("gpu-1 is not ours any more")
    desk.run()
    assert desk.told() == [(REFERENCE, False)]
    assert desk.row().message == "INC-1 gpu-1 is not ours any more"


def test_a_signal_that_could_not_be_placed_leaves_nobody_waiting(desk: Desk) -> None:
    desk.takeover.take(request(), desk.world.now)
    with desk.world.store.write() as session:
        signal = external.signal_of(session, desk.row())
        signal.triaged = True
        session.add(signal)
    desk.run()
    assert desk.told() == [(REFERENCE, False)]
    assert "no incident was opened" in (desk.row().message or "")


def test_a_fault_that_was_mended_after_it_was_reported_is_answered_at_once(desk: Desk) -> None:
    desk.world.turn(timedelta(minutes=10))
    desk.world.agent("gpu-1").says(desk.world.now, "xid:79", 3)
    desk.world.turn()
    desk.mend()
    reported_at = desk.world.incidents()[0].opened_at - timedelta(seconds=30)
    desk.takeover.take(request(generatedTimestamp=reported_at), desk.world.now)
    desk.world.turn()
    desk.run()
    assert desk.told() == [(REFERENCE, True)]
    assert len(desk.world.incidents()) == 1


def test_a_request_joins_the_incident_that_the_agents_signal_opened(desk: Desk) -> None:
    desk.world.agent("gpu-1").says(desk.world.now, "xid:79", 3)
    desk.world.turn()
    desk.take()
    desk.mend()
    desk.run()
    assert len(desk.world.incidents()) == 1
    assert desk.told() == [(REFERENCE, True)]


def test_whoever_does_not_answer_is_told_again_with_growing_patience(desk: Desk) -> None:
    desk.take()
    desk.mend()
    desk.requester.errors = [RequesterUnreachable("down") for _ in range(4)]
    desk.run()
    assert (desk.requester.calls, desk.told(), desk.row().told_at) == (3, [], None)
    assert 1.0 <= desk.slept[0] <= desk.slept[1]
    desk.run()
    assert desk.told() == [(REFERENCE, True)]


def test_whoever_refuses_is_not_pressed_within_a_run_and_asked_again_later(desk: Desk) -> None:
    desk.take()
    desk.mend()
    desk.requester.errors = [RequesterRefused("no token")]
    desk.run()
    assert (desk.requester.calls, desk.row().told_at) == (1, None)
    desk.run()
    assert desk.told() == [(REFERENCE, True)]


def test_one_system_that_is_down_does_not_keep_the_others_waiting(desk: Desk) -> None:
    desk.takeover.take(request(), desk.world.now)
    desk.takeover.take(request(name="extrr-2", node="gpu-2"), desk.world.now)
    machine = nico.translate(nico.RepairRequest.model_validate(repair(node="gpu-3")))
    desk.takeover.take(machine, desk.world.now)
    with desk.world.store.write() as session:
        for row in external.still_open(session):
            row.completed_at, row.succeeded = desk.world.now, True
            session.add(row)
    desk.requester.errors = [RequesterUnreachable("down") for _ in range(3)]
    desk.run()
    assert desk.requester.calls == 4
    assert [one.system for one in desk.requester.taken] == [NICO]


def test_a_controller_that_dies_after_the_telling_tells_the_same_again(desk: Desk) -> None:
    desk.take()
    desk.mend()
    tell = desk.requester.tell

    def tell_and_die(outcome: Outcome) -> None:
        tell(outcome)
        raise Died

    desk.requester.tell = tell_and_die  # type: ignore[method-assign]
    with pytest.raises(Died):
        desk.run()
    desk.requester.tell = tell  # type: ignore[method-assign]
    desk.world.restart()
    desk.run()
    desk.run()
    first, second = desk.requester.taken
    assert first == second


def test_a_controller_that_dies_before_the_telling_tells_it_after(desk: Desk) -> None:
    desk.take()
    desk.mend()
    desk.requester.errors = [Died()]  # type: ignore[list-item]
    with pytest.raises(Died):
        desk.run()
    assert desk.row().completed_at is not None
    desk.world.restart()
    desk.run()
    assert desk.told() == [(REFERENCE, True)]


def test_a_system_that_asks_us_itself_is_not_told(desk: Desk) -> None:
    desk.take()
    desk.mend()
    HandBack(desk.world.store, {}).run(desk.world.now)
    assert (desk.row().succeeded, desk.row().told_at) == (True, None)


def test_a_new_request_may_follow_once_the_last_is_completed(desk: Desk) -> None:
    desk.take()
    desk.mend()
    desk.run()
    desk.takeover.take(request(name="extrr-2"), desk.world.now)
    assert desk.row("extrr-2").completed_at is None


def test_requests_that_wait_are_taken_and_looked_at_again(desk: Desk) -> None:
    desk.requests.requests = [request(node="stranger", name="extrr-0"), request()]
    for _ in range(2):
        desk.watch.run(desk.world.now)
    assert desk.row().completed_at is None
    with desk.world.store.read() as session:
        assert [row.reference for row in external.still_open(session)] == [REFERENCE]


def test_a_request_that_was_withdrawn_frees_the_node_and_our_work_goes_on(desk: Desk) -> None:
    desk.requests.requests = [request()]
    desk.watch.run(desk.world.now)
    desk.world.turn()
    desk.requests.requests = [request(name="extrr-2")]
    desk.watch.run(desk.world.now)
    withdrawn = desk.row()
    assert (withdrawn.succeeded, withdrawn.told_at) == (False, desk.world.now)
    assert desk.row("extrr-2").completed_at is None
    assert desk.world.only_incident().state is not IncidentState.CLOSED
    desk.run()
    assert desk.told() == []


def test_while_the_other_side_cannot_be_read_nothing_is_withdrawn(desk: Desk) -> None:
    desk.requests.requests = [request()]
    desk.watch.run(desk.world.now)
    desk.requests.requests, desk.requests.answers = [], False
    desk.watch.run(desk.world.now)
    assert desk.row().completed_at is None


def test_a_request_is_one_signal_in_the_database(desk: Desk) -> None:
    desk.take()
    with desk.world.store.read() as session:
        signal = external.signal_of(session, desk.row())
    assert isinstance(signal, SignalRow)
    assert (signal.origin, signal.gpu_slot) == (f"external:nvsentinel:{REFERENCE}", 3)
