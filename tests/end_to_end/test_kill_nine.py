"""SIGKILL at an arrow loses nothing and doubles nothing: real processes, started again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from end_to_end.stage import Stage, open_stage
from servers.process import wait_for
from thirdshift_controller.wire import AttemptOutcome, IncidentDetail, IncidentState


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with ExitStack() as closing:
        yield open_stage(tmp_path, closing)


def only_incident(stage: Stage) -> IncidentDetail:
    assert [one.id for one in stage.lead.incidents()] in ([], ["INC-1"])
    return stage.lead.incident("INC-1")


def names(detail: IncidentDetail) -> list[str]:
    return [line.name for line in detail.signals]


def assert_heard_once(stage: Stage) -> None:
    """The card's flag may have opened the incident before the driver's own word was read."""
    wait_for(lambda: "xid:64" in names(only_incident(stage)), "xid:64 on the incident")
    assert names(only_incident(stage)).count("xid:64") == 1


def assert_phases_have_no_gap(detail: IncidentDetail) -> None:
    closed_at = detail.summary.closed_at
    assert closed_at is not None
    detect = detail.phases[0]
    assert detect.phase == "detect"
    since_opened = (closed_at - detail.summary.opened_at).total_seconds()
    rest = sum(phase.seconds for phase in detail.phases[1:])
    assert rest == pytest.approx(since_opened, abs=0.01)


def test_the_agent_dies_between_the_fault_and_its_being_read(stage: Stage) -> None:
    stage.start_agent()
    stage.fail_remap()
    before = stage.journalled()
    stage.kill_agent()
    stage.start_agent()
    again = [one for one in stage.report().signals if one.name == "xid:64"]
    assert [(one.sequence, one.at) for one in again] == [(before.sequence, before.at)]

    stage.start_controller()
    stage.incident(*IncidentState)
    assert_heard_once(stage)


def test_the_controller_dies_with_the_incident_open(stage: Stage) -> None:
    stage.sshd.behave("echo 'GPU is lost'; exit 15")
    stage.start_agent()
    stage.start_controller()
    stage.fail_remap()
    stage.incident(*IncidentState)
    stage.restart_controller()
    stage.order()
    assert_heard_once(stage)
    detail = only_incident(stage)
    assert len(detail.attempts) == 1
    assert len(stage.sshd.acts) <= 1


def test_the_controller_dies_while_the_remote_command_runs(stage: Stage) -> None:
    stage.sshd.hang()
    stage.start_agent()
    stage.start_controller()
    stage.fail_remap()
    wait_for(lambda: stage.sshd.acts, "the command on the node")
    stage.restart_controller()
    stage.order()
    detail = only_incident(stage)
    assert [one.outcome for one in detail.attempts] == [AttemptOutcome.AMBIGUOUS]
    assert len(stage.sshd.acts) == 1


def test_the_controller_dies_between_two_steps_of_the_work(stage: Stage) -> None:
    stage.sshd.behave("exit 15")
    stage.start_agent()
    stage.start_controller()
    stage.fail_remap()
    order = stage.order()
    stage.ana.act(order.id, "start")
    stage.ana.act(order.id, "steps/1", done=True, note="drained")
    stage.restart_controller()
    (kept,) = stage.lead.orders()
    step = stage.lead.order(kept.id).steps[0]
    assert (kept.id, kept.state, kept.steps_done) == (order.id, "started", 1)
    assert (step.done_by, step.note) == ("ana", "drained")

    stage.work_through(kept)
    stage.incident(IncidentState.CLOSED)
    assert_phases_have_no_gap(only_incident(stage))


def test_both_die_during_verification(stage: Stage) -> None:
    stage.sshd.behave("exit 15")
    stage.start_agent()
    stage.start_controller()
    stage.fail_remap()
    stage.work_through(stage.order())
    stage.kill_controller()
    stage.kill_agent()
    stage.start_agent()
    stage.start_controller()
    stage.incident(IncidentState.CLOSED)
    detail = only_incident(stage)
    closings = [one for one in detail.timeline if one.text.startswith("closed")]
    assert len(closings) == 1
    assert_phases_have_no_gap(detail)


def test_a_controller_that_dies_again_and_again_gets_there_all_the_same(stage: Stage) -> None:
    stage.sshd.behave("exit 15")
    stage.start_agent()
    stage.fail_remap()
    for life_seconds in (0.1, 0.5, 1.0):
        stage.start_controller()
        time.sleep(life_seconds)  # the point is to die at no particular moment
        stage.restart_controller()
    stage.work_through(stage.order())
    stage.incident(IncidentState.CLOSED)
    assert_heard_once(stage)
    detail = only_incident(stage)
    assert len(stage.sshd.acts) <= 1
    assert len(detail.attempts) <= 1
    assert_phases_have_no_gap(detail)
