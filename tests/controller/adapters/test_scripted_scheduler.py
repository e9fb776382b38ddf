"""The shipped fake keeps the rules of a real scheduler."""

from __future__ import annotations

import pytest

from fakes.orders import drain, resume
from fakes.site import node
from thirdshift_controller.adapters.scripted_scheduler import ScriptedScheduler
from thirdshift_controller.intake.schedule import SchedulerUnreachable, Standing
from thirdshift_controller.remedies.port import RemedyNotStarted

NODE = "gpu-1"


@pytest.fixture
def scheduler() -> ScriptedScheduler:
    return ScriptedScheduler()


def test_a_drain_waits_for_jobs_and_what_we_drained_returns(scheduler: ScriptedScheduler) -> None:
    scheduler.run_jobs(NODE, "7")
    scheduler.apply(drain(NODE))
    found = scheduler.standing(NODE)
    assert (found.standing, found.jobs, found.is_ours) == (Standing.DRAINING, ("7",), True)
    scheduler.run_jobs(NODE)
    assert scheduler.standing(NODE).standing is Standing.DRAINED
    scheduler.apply(resume(NODE))
    assert scheduler.standing(NODE).standing is Standing.IN_SERVICE
    assert scheduler.orders == [drain(NODE), resume(NODE)]


def test_what_somebody_took_out_is_left_and_not_returned(scheduler: ScriptedScheduler) -> None:
    scheduler.take_out(NODE, "nic swap")
    assert "by root: nic swap; left as it is" in scheduler.apply(drain(NODE)).output
    with pytest.raises(RemedyNotStarted, match="it is theirs to return"):
        scheduler.apply(resume(NODE))


def test_a_node_that_is_given_up_can_be_drained_and_one_unknown_cannot(
    scheduler: ScriptedScheduler,
) -> None:
    scheduler.give_up(NODE)
    assert scheduler.standing(NODE).standing is Standing.DOWN
    scheduler.apply(drain(NODE))
    assert scheduler.standing(NODE).standing is Standing.DRAINED
    scheduler.forget(NODE)
    with pytest.raises(RemedyNotStarted, match="does not know"):
        scheduler.apply(drain(NODE))


def test_silence_is_silence_and_nothing_is_done(scheduler: ScriptedScheduler) -> None:
    scheduler.answers = False
    with pytest.raises(SchedulerUnreachable):
        scheduler.standings([node(NODE)])
    with pytest.raises(RemedyNotStarted, match="silent by script"):
        scheduler.apply(drain(NODE))
    assert scheduler.standing(NODE).standing is Standing.IN_SERVICE
