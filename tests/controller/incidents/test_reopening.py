"""What comes back: the spell before has said nothing of the present one."""

from __future__ import annotations

import pytest

from fakes.world import World
from thirdshift_controller.config import Caller
from thirdshift_controller.remedies.approvals import Approvals
from thirdshift_controller.remedies.port import RemedyResult
from thirdshift_controller.store import work_orders
from thirdshift_controller.wire import IncidentState, Role

LEAD = Caller("lead", Role.LEAD, "ana")
WELL = RemedyResult("done", "done", 0)


def say(world: World, name: str, slot: int | None = None) -> None:
    world.agent("gpu-1").says(world.now, name, slot)
    world.turn()


def mend_by_hand(world: World) -> None:
    (order,) = world.orders()
    assert order.id is not None
    world.bench.acknowledge(order.id, LEAD, world.now)
    world.bench.start(order.id, LEAD, world.now)
    with world.store.read() as session:
        steps = work_orders.steps(session, [order.id])[order.id]
    for step in steps:
        world.bench.tick(order.id, step.number, True, None, LEAD, world.now)
    world.bench.close(order.id, "mended", LEAD, world.now)


def mended_by_hand(world: World, name: str) -> None:
    """One fault of the node, from its first signal to its close."""
    say(world, name)
    world.turn(world.burst)
    world.turn()
    mend_by_hand(world)
    world.turn(world.soak(name))


def test_that_jobs_may_die_was_said_of_the_spell_before(world: World) -> None:
    world.remedy.answers = [WELL]
    say(world, "xid:64", 3)
    Approvals(world.store).let_jobs_die(1, "nobody needs it", LEAD, world.now)
    world.turn(world.burst)
    world.turn(world.soak("xid:64"))
    assert world.only_incident().state is IncidentState.CLOSED
    say(world, "xid:64", 3)
    assert world.only_incident().reopened == 1
    assert world.only_incident().jobs_may_die_by is None


@pytest.mark.parametrize("second", ["ib:down", "psu:failed"])
def test_two_repairs_of_a_node_that_both_come_back_hold_up_no_signal(
    world: World, second: str
) -> None:
    first = "disk:media_errors"
    mended_by_hand(world, first)
    mended_by_hand(world, second)
    assert {row.state for row in world.incidents()} == {IncidentState.CLOSED}
    say(world, first)
    say(world, second)
    world.agent("gpu-2").says(world.now, "xid:64", 3)
    world.turn()
    assert "gpu-2" in {row.node for row in world.incidents()}
    assert {row.state for row in world.incidents()} == {IncidentState.OPEN}


def test_late_news_of_another_kind_is_a_fault_of_its_own(world: World) -> None:
    before = world.now
    mended_by_hand(world, "disk:media_errors")
    world.agent("gpu-1").says(before, "disk:media_errors", None)
    world.agent("gpu-1").says(before, "ib:down", None)
    world.turn()
    states = {row.runbook: row.state for row in world.incidents()}
    assert states == {
        "drive-failed": IncidentState.CLOSED,
        "fabric-link-down": IncidentState.OPEN,
    }
