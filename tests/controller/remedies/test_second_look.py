"""What was decided minutes ago is looked at again before it is done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from fakes.world import ALLOWANCE, RULES, World, started
from thirdshift_controller.adapters.scripted_scheduler import ScriptedScheduler
from thirdshift_controller.config import Caller
from thirdshift_controller.incidents.holds import Holds, Wish
from thirdshift_controller.remedies.port import RemedyResult
from thirdshift_controller.wire import AttemptOutcome, Role, Scope

T = TypeVar("T")
LEAD = Caller("lead", Role.LEAD, None)
WELL = RemedyResult("done", "done", 0)


@dataclass
class InLine(Executor):
    """Keeps what it is given until the test lets it run, as one that is busy does."""

    waiting: list[Callable[[], object]] = field(default_factory=list)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        self.waiting.append(lambda: fn(*args, **kwargs))
        return Future()

    def run(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


@pytest.fixture
def line() -> InLine:
    return InLine()


def stand_in_line(world: World, line: InLine) -> None:
    world.remedy.answers = [WELL]
    world.loop = replace(world.loop, ladder=replace(world.loop.ladder, executor=line))


def fail(world: World) -> None:
    world.agent("gpu-1").says(world.now, "xid:64", 3)
    world.turn()
    world.turn(world.burst)
    assert [one.outcome for one in world.attempts()] == [AttemptOutcome.RESERVED]


def test_an_attempt_that_was_given_up_is_never_made(world: World, line: InLine) -> None:
    stand_in_line(world, line)
    fail(world)
    world.turn(ALLOWANCE)
    line.run()
    assert world.remedy.orders == []
    assert world.attempts()[0].outcome is AttemptOutcome.AMBIGUOUS


def test_a_hold_stops_what_was_decided_and_not_yet_made(world: World, line: InLine) -> None:
    stand_in_line(world, line)
    fail(world)
    holds = Holds(world.store, world.site)
    wish = Wish((Scope.NODE, "gpu-1"), "hands inside", world.now, None)
    number = holds.place(wish, {}, LEAD, world.now)
    line.run()
    assert world.remedy.orders == []
    assert "gpu_reset called off: lead holds node gpu-1" in world.timeline()
    world.turn()
    assert "holds node" in str(world.only_incident().waits_for)
    holds.lift(number, "out again", LEAD, world.now)
    world.turn()
    line.run()
    assert [order.key for order in world.remedy.orders] == ["INC-1/1"]


def test_jobs_that_run_again_are_not_ended(tmp_path: Path, line: InLine) -> None:
    scheduler = ScriptedScheduler()
    scheduler.take_out("gpu-1", "thirdshift INC-1 by hand")
    rules = replace(RULES, has_scheduler=True)
    with started(tmp_path, scheduler=scheduler, rules=rules) as world:
        stand_in_line(world, line)
        fail(world)
        scheduler.take_back("gpu-1")
        scheduler.run_jobs("gpu-1", "4711")
        line.run()
        assert world.remedy.orders == []
        world.turn(timedelta(seconds=5))
        assert [one.action for one in world.attempts()] == ["gpu_reset", "drain"]
