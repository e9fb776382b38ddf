"""One cause of very many faults: its parts are taken in by and by."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from fakes.site import node
from fakes.world import World, started
from thirdshift_controller.fleet.inventory import Rack, Row, Site
from thirdshift_controller.incidents.correlation import AT_ONCE
from thirdshift_controller.store import incidents, signals
from thirdshift_controller.store.tables import SignalRow

NODES = AT_ONCE // 8 + 10


def rack() -> Site:
    nodes = tuple(node(f"gpu-{number}") for number in range(1, NODES + 1))
    return Site("test-1", ZoneInfo("UTC"), (Row("R01", (Rack("R01-01", nodes),)),))


def lost(world: World) -> list[SignalRow]:
    return [
        SignalRow(
            origin=f"{name}:{slot}",
            node=name,
            at=world.now,
            received_at=world.now,
            kind="xid",
            code="79",
            source="kernel_log",
            message="fallen off the bus",
            gpu_slot=slot,
        )
        for name in world.site.by_name
        for slot in range(8)
    ]


def parts(world: World) -> int:
    with world.store.read() as session:
        (parent,) = incidents.wide(session)
        assert parent.id is not None
        return len(incidents.children(session, parent.id))


def test_a_cause_takes_in_so_many_parts_a_look_until_it_has_all(tmp_path: Path) -> None:
    with started(tmp_path) as small:
        world = World(
            small.store,
            small.clock,
            small.catalogue,
            small.agents,
            small.remedy,
            small.executor,
            site=rack(),
        )
        with world.store.write() as session:
            signals.keep(session, lost(world))
        world.loop.sort()
        assert parts(world) == AT_ONCE
        world.loop.sort()
        assert parts(world) == NODES * 8
