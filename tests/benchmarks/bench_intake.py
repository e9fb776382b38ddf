"""From a report's receipt to its incident's commit: 10,000 nodes, each read every 15 s."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from threading import Event, Thread

import pytest
from sqlmodel import col, select

from benchmarks import results
from benchmarks.hall import NODES, controlled
from benchmarks.paired import seconds
from benchmarks.ready_agents import INTERVAL_SECONDS, SPEAKS, TIMEOUT_SECONDS, ReadyAgents
from fakes.world import HandClock, World
from thirdshift_controller.bootstrap import LOOP_SECONDS
from thirdshift_controller.intake.keep import Keeper
from thirdshift_controller.intake.sweep import MOMENT_SECONDS
from thirdshift_controller.store.tables import SignalRow

PER_SECOND = NODES / (INTERVAL_SECONDS - TIMEOUT_SECONDS)
"""A sweep must end within its interval, and the last to be asked may be dead."""


class Wall(HandClock):
    """The clock on the wall."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Watch:
    """Sorts what was kept as the sweep tells, and sees how long each signal took."""

    world: World
    agents: ReadyAgents
    took: list[float] = field(default_factory=list)

    def sort(self) -> None:
        self.world.loop.sort()
        committed = time.perf_counter()
        for origin in self._sorted():
            self.took.append(committed - self.agents.received.pop(origin))

    def _sorted(self) -> list[str]:
        waited_for = col(SignalRow.origin).in_(list(self.agents.received))
        query = select(SignalRow.origin).where(waited_for, col(SignalRow.incident_id).is_not(None))
        with self.world.store.read() as session:
            return list(session.exec(query))


@contextmanager
def repairing(world: World) -> Iterator[None]:
    """The repair loop goes around once a second beside it, as it does in a controller."""
    stop = Event()

    def run() -> None:
        while not stop.wait(LOOP_SECONDS):
            world.loop.run()

    thread = Thread(target=run)
    thread.start()
    yield
    stop.set()
    thread.join()


def test_from_a_signals_receipt_to_its_incident(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    window = request.config.getoption("--window")
    with controlled(tmp_path, Wall()) as world:
        agents = ReadyAgents(world.site.nodes(), world.now)
        watch = Watch(world, agents)
        sweep = replace(
            world.sweep, reader=agents, on_signals=watch.sort, moment_seconds=MOMENT_SECONDS
        )
        ever = seconds(sweep.run)
        sweep = replace(sweep, keeper=Keeper(world.site, world.catalogue))
        started, again = seconds(sweep.run), seconds(sweep.run)
        results.add("unpaced sweep of 10,000 new nodes", ever, again, "s", "a later one")
        results.add("the same after the controller's start", started, again, "s", "a later one")
        agents.pace.per_second, agents.speaking = PER_SECOND, True
        with repairing(world):
            began, spent, sweeps = time.perf_counter(), time.process_time(), 0
            while time.perf_counter() - began < window:
                sweep.run()
                sweeps += 1
            wall, cpu = time.perf_counter() - began, time.process_time() - spent
    assert len(watch.took) > NODES * sweeps * SPEAKS / 2
    _tell(watch.took, wall / sweeps, cpu / wall)


def _tell(took: list[float], sweep_seconds: float, share: float) -> None:
    cuts = quantiles(took, n=100)
    beside = f"a whole sweep; {len(took):,} signals"
    for name, value in (("p50", cuts[49]), ("p99", cuts[98]), ("max", max(took))):
        results.add(f"signal to incident, {name}", value * 1e3, sweep_seconds * 1e3, "ms", beside)
    results.add("sweep of 10,000 nodes", sweep_seconds, INTERVAL_SECONDS, "s", "its interval")
    results.add("CPU of keeping and sorting them", share, 1.0, "cores", "one core")
