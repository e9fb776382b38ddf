"""The sweep over BMCs: signals kept once, with a real database under it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from fakes.site import small_site
from fakes.world import World
from thirdshift_controller.adapters.bmc.scripted import ScriptedBmcs
from thirdshift_controller.fleet.inventory import Node, Site
from thirdshift_controller.intake.bmc_live import BmcLive
from thirdshift_controller.intake.bmc_sweep import BmcSweep
from thirdshift_controller.intake.management import BmcKind, BmcReading, LogEntry, Trouble
from thirdshift_controller.store.tables import SignalRow

WELL = BmcReading(True, 6200.0, 24.0, (), ())
LEAK = Trouble(BmcKind.LEAK, "detected", "LeakDetector 1", "LeakDetector 1: Critical")
WITH_BMC = ("gpu-1", "gpu-2", "gpu-3")


@dataclass
class Room:
    """A world whose first three nodes have BMCs."""

    world: World
    bmcs: ScriptedBmcs
    sweep: BmcSweep

    def turn(self) -> None:
        self.world.clock.move(timedelta(minutes=1))
        self.sweep.run()

    def restart(self) -> None:
        self.sweep = replace(self.sweep, told={}, live=BmcLive())

    def signals(self) -> list[SignalRow]:
        with self.world.store.read() as session:
            return list(session.exec(select(SignalRow).where(SignalRow.source == "bmc")))

    def sql(self, statement: str) -> None:
        with self.world.store.write() as session:
            session.connection().exec_driver_sql(statement)

    def names(self) -> list[str]:
        return [f"{row.node} {row.name}" for row in self.signals()]


@pytest.fixture
def room(world: World) -> Room:
    bmcs = ScriptedBmcs(dict.fromkeys(WITH_BMC, WELL))
    sweep = BmcSweep(world.store, _with_bmcs(), bmcs, world.executor, BmcLive(), world.clock)
    return Room(world, bmcs, sweep)


def _with_bmcs() -> Site:
    def with_bmc(node: Node) -> Node:
        return replace(node, bmc=f"https://{node.name}-bmc") if node.name in WITH_BMC else node

    site = small_site()
    (row,) = site.rows
    racks = tuple(replace(rack, nodes=tuple(map(with_bmc, rack.nodes))) for rack in row.racks)
    return replace(site, rows=(replace(row, racks=racks),))


def test_readings_are_shown_and_nothing_is_told_of_a_well_site(room: Room) -> None:
    room.turn()
    assert room.names() == []
    look = room.sweep.live.looks["gpu-2"]
    assert (look.power_watts, look.inlet_celsius, look.power_on) == (6200.0, 24.0, True)
    assert look.taken_at == room.world.now
    assert set(room.sweep.live.looks) == set(WITH_BMC)


def test_a_trouble_becomes_one_signal_with_its_unit(room: Room) -> None:
    room.bmcs.readings["gpu-1"] = replace(WELL, troubles=(LEAK,))
    room.turn()
    room.turn()
    (signal,) = room.signals()
    assert (signal.node, signal.name) == ("gpu-1", "leak:detected")
    assert signal.facts == {"unit": "LeakDetector 1"}
    assert signal.message == "LeakDetector 1: Critical"


def test_a_log_entry_is_kept_once_even_across_a_restart(room: Room) -> None:
    entry = LogEntry("SEL/7", room.world.now + timedelta(seconds=1), "bus_fatal", "Bus Fatal Error")
    room.bmcs.readings["gpu-3"] = replace(WELL, log=(entry,))
    room.turn()
    room.restart()
    room.turn()
    assert room.names() == ["gpu-3 sel:bus_fatal"]


def test_an_entry_from_before_the_node_was_ours_is_not_told(room: Room) -> None:
    before = room.world.now - timedelta(hours=1)
    entry = LogEntry("SEL/7", before, "bus_fatal", "Bus Fatal Error")
    room.bmcs.readings["gpu-3"] = replace(WELL, log=(entry,))
    room.turn()
    assert room.names() == []


def test_a_trouble_that_lasts_across_a_restart_is_told_once_more(room: Room) -> None:
    room.bmcs.readings["gpu-1"] = replace(WELL, troubles=(LEAK,))
    room.turn()
    room.restart()
    room.turn()
    room.turn()
    assert room.names() == ["gpu-1 leak:detected"] * 2


def test_a_silent_bmc_is_told_after_three_misses_and_shown_at_once(room: Room) -> None:
    room.turn()
    del room.bmcs.readings["gpu-2"]
    room.turn()
    assert room.sweep.live.silences == {"gpu-2": "https://gpu-2-bmc: silent by script"}
    room.turn()
    assert room.names() == []
    for _ in range(3):
        room.turn()
    assert room.names() == ["gpu-2 bmc:silent"]
    room.bmcs.readings["gpu-2"] = WELL
    room.turn()
    assert room.sweep.live.silences == {}


def test_what_could_not_be_kept_is_told_at_the_next_sweep(room: Room) -> None:
    room.bmcs.readings["gpu-1"] = replace(WELL, troubles=(LEAK,))
    refuse = "CREATE TRIGGER full BEFORE INSERT ON signal BEGIN SELECT RAISE(ABORT, 'full'); END"
    room.sql(refuse)
    with pytest.raises(IntegrityError, match="full"):
        room.turn()
    room.sql("DROP TRIGGER full")
    room.turn()
    assert room.names() == ["gpu-1 leak:detected"]
