"""What is open, what was tried, what holds: counted at the scrape, the same after a restart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from fakes.scrape import Page, registry
from fakes.world import LIMITS, RULES, World, started
from thirdshift_controller.config import Caller, Mode
from thirdshift_controller.incidents.holds import Holds, Wish
from thirdshift_controller.remedies.approvals import Approvals
from thirdshift_controller.wire import Role, Scope

LEAD = Caller("lead", Role.LEAD, None)
NODE = (Scope.NODE, "gpu-1")


def break_one(world: World, node: str = "gpu-1") -> None:
    agent = world.agent(node)
    agent.says(world.now, "xid:64", 3)
    agent.changes[3] = {"remap_failed": True}
    world.turn()
    world.turn(world.burst)


def test_open_incidents_and_orders_are_counted_by_state(world: World) -> None:
    break_one(world)
    world.turn()
    page = Page(registry(world))
    assert page.value("incidents_open", state="needs_hands", severity="critical") == 1
    assert page.value("work_orders_open", state="assigned") == 1


def test_an_attempt_is_counted_once_it_has_ended(world: World) -> None:
    page = Page(registry(world))
    assert page.value("remedy_attempts_total", action="gpu_reset", outcome="failed") == 0
    break_one(world)
    assert page.value("remedy_attempts_total", action="gpu_reset", outcome="failed") == 1
    assert page.value("remedy_attempts_total", action="reboot", outcome="failed") == 0
    again = Page(registry(world))
    assert again.value("remedy_attempts_total", action="gpu_reset", outcome="failed") == 1


def test_an_attempt_without_an_end_is_open_and_no_count_falls_when_it_ends(world: World) -> None:
    world.agent("gpu-1").says(world.now, "xid:64", 3)
    world.turn()
    world.clock.move(world.burst)
    world.die_during_remedy()
    page = Page(registry(world))
    assert page.value("remedy_attempts_open", action="gpu_reset", outcome="reserved") == 1
    assert page.value("remedy_attempts_total", action="gpu_reset", outcome="ambiguous") == 0
    world.restart()
    assert page.value("remedy_attempts_open", action="gpu_reset", outcome="reserved") == 0
    assert page.value("remedy_attempts_total", action="gpu_reset", outcome="ambiguous") == 1


def test_a_proposal_is_open_until_a_person_has_said_no(tmp_path: Path) -> None:
    with started(tmp_path, rules=replace(RULES, mode=Mode.APPROVE)) as world:
        break_one(world)
        page = Page(registry(world))
        assert page.value("remedy_attempts_open", action="gpu_reset", outcome="proposed") == 1
        Approvals(world.store).decline(1, 1, "not now", LEAD, world.now)
        assert page.value("remedy_attempts_open", action="gpu_reset", outcome="proposed") == 0
        assert page.value("remedy_attempts_total", action="gpu_reset", outcome="declined") == 1


def test_a_hold_counts_from_its_begin_to_its_end(world: World) -> None:
    begin = world.now + timedelta(hours=1)
    wish = Wish(NODE, "firmware", begin, begin + timedelta(hours=2))
    Holds(world.store, world.site).place(wish, {}, LEAD, world.now)
    page = Page(registry(world))
    counted = []
    for _ in range(3):
        counted.append(page.value("holds_in_force", scope="node"))
        world.clock.move(timedelta(hours=1, minutes=30))
    assert counted == [0, 1, 0]
    assert page.value("holds_in_force", scope="rack") == 0


def test_a_pause_counts_until_it_is_over(tmp_path: Path) -> None:
    with started(tmp_path, limits=replace(LIMITS, per_scope={Scope.RACK: 1})) as world:
        break_one(world, "gpu-1")
        break_one(world, "gpu-2")
        page = Page(registry(world))
        assert page.value("pauses_in_force", scope="rack") == 1
        world.clock.move(LIMITS.cooldown)
        assert page.value("pauses_in_force", scope="rack") == 0


def test_what_comes_back_is_counted_each_time(world: World) -> None:
    page, counted = Page(registry(world)), []
    for _ in range(3):
        world.agent("gpu-1").says(world.now, "xid:43", 3)
        world.turn()
        counted.append(page.value("incidents_reopened_total"))
        world.turn(world.silence + timedelta(minutes=1))
    assert len(world.incidents()) == 1
    assert counted == [0, 1, 2]
