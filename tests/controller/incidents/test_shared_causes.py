"""One cause for many, and the people who are at work on some of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from fakes.site import small_site
from fakes.world import World, started
from thirdshift_controller.config import Caller
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.store import work_orders
from thirdshift_controller.wire import IncidentState, Role, WorkOrderState

LEAD = Caller("lead", Role.LEAD, "ana")


def one_feed() -> Site:
    """The small site, all on one feed."""
    site = small_site()
    rows = tuple(
        replace(
            row,
            racks=tuple(
                replace(rack, nodes=tuple(replace(node, feeds=("A",)) for node in rack.nodes))
                for rack in row.racks
            ),
        )
        for row in site.rows
    )
    return replace(site, rows=rows)


def fall_silent(world: World, *names: str) -> None:
    for name in names:
        world.agent(name).answers = False
    world.turn(world.silent_after)
    world.turn(world.burst)
    world.turn()


def work(world: World, order_id: int) -> None:
    world.bench.start(order_id, LEAD, world.now)
    with world.store.read() as session:
        steps = work_orders.steps(session, [order_id])[order_id]
    for step in steps:
        world.bench.tick(order_id, step.number, True, None, LEAD, world.now)
    world.bench.close(order_id, None, LEAD, world.now)


def test_a_part_that_somebody_has_in_hand_stays_theirs_when_the_cause_is_mended(
    tmp_path: Path,
) -> None:
    with started(tmp_path, site=one_feed()) as world:
        fall_silent(world, "gpu-1", "gpu-2")
        (first, _) = world.orders()
        assert first.id is not None
        world.bench.acknowledge(first.id, LEAD, world.now)
        fall_silent(world, "gpu-3")
        *_, of_the_feed = world.orders()
        assert of_the_feed.id is not None
        work(world, of_the_feed.id)
        for name in ("gpu-1", "gpu-2", "gpu-3"):
            world.agent(name).answers = True
        for _ in range(4):
            world.turn(timedelta(minutes=10))
        states = {row.id: row.state for row in world.incidents()}
        assert states.pop(first.incident_id) is IncidentState.NEEDS_HANDS
        assert set(states.values()) == {IncidentState.CLOSED}
        assert [one.state for one in world.orders()] == [WorkOrderState.ACKNOWLEDGED]


def test_what_was_part_of_a_wider_cause_makes_no_lemon_of_its_nodes(tmp_path: Path) -> None:
    with started(tmp_path, site=one_feed()) as world:
        for _ in range(3):
            fall_silent(world, "gpu-1", "gpu-2", "gpu-3")
            for name in ("gpu-1", "gpu-2", "gpu-3"):
                world.agent(name).answers = True
            world.turn()
            world.turn(world.soak("node:silent"))
            world.turn(timedelta(hours=25))
        world.turn()
        assert "lemon-node" not in {row.runbook for row in world.incidents()}
