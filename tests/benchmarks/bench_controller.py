"""What the controller's stages cost beside the bare rows that they must write, on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.paired import ratio
from fakes.world import World, started
from thirdshift_controller.store import nodes, signals

SIGNALS = 500


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with started(tmp_path) as made:
        yield made


def test_a_sweep_beside_the_rows_it_touches(world: World) -> None:
    def sweep() -> None:
        world.clock.move(timedelta(seconds=5))
        world.agents.now = world.now
        world.sweep.run()

    def touch() -> None:
        with world.store.write() as session:
            for row in nodes.named(session, world.site.by_name).values():
                row.last_seen_at = world.now
                session.add(row)

    assert ratio("sweep of 4 nodes", sweep, touch) > 0


def test_triage_beside_the_signals_it_reads(world: World) -> None:
    agent = world.agent("gpu-1")

    def triage() -> None:
        for _ in range(SIGNALS):
            agent.says(world.now, "xid:13", 2)
        world.sweep.run()
        world.loop.triage.sort(world.now)

    def read() -> None:
        with world.store.read() as session:
            assert len(signals.of_incident(session, 1)) >= SIGNALS

    triage()
    assert ratio(f"{SIGNALS} signals to one incident", triage, read, rounds=5) > 0
