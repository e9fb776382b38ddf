"""A hundred thousand signals queued over an outage, drained in their order on SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from benchmarks import backlogs, results
from benchmarks.hall import controlled
from benchmarks.paired import seconds
from fakes.world import HandClock, World
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.store import signals
from thirdshift_controller.store.tables import SignalRow

SIGNALS = 100_000
Mix = Callable[[Site, int, datetime], list[SignalRow]]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with controlled(tmp_path, HandClock()) as made:
        yield made


@pytest.mark.parametrize("mix", [backlogs.usual, backlogs.worst])
def test_a_backlog_beside_the_bare_rows(world: World, tmp_path: Path, mix: Mix) -> None:
    rows, name = mix(world.site, SIGNALS, world.now), f"{mix.__name__} mix"
    floor = _bare(tmp_path / "bare.db", rows)
    kept = seconds(lambda: _keep(world, rows))
    drained = seconds(lambda: _drain(world))
    begun = _begun(world)
    assert begun == sorted(begun)
    beside = f"{SIGNALS:,} bare rows"
    results.add(f"keeping {SIGNALS:,} signals, {name}", kept, floor, "s", beside)
    results.add(f"draining them, {name}: {len(begun):,} opened", drained, floor, "s", beside)
    for what, turn in _turns(world).items():
        results.add(f"{what} after it, {name}", seconds(turn), seconds(turn), "s", "the next one")


def _keep(world: World, rows: Sequence[SignalRow]) -> None:
    with world.store.write() as session:
        signals.keep(session, rows)


def _drain(world: World) -> None:
    taken = 0
    while batch := world.loop.triage.sort(world.now):
        taken += batch
    assert taken == SIGNALS


def _begun(world: World) -> list[datetime]:
    """When the first signal of each incident happened, in the order in which they were opened."""
    first_at, incident = func.min(SignalRow.at), col(SignalRow.incident_id)
    query = select(first_at).where(incident.is_not(None)).group_by(incident).order_by(incident)
    with world.store.read() as session:
        return list(session.exec(query))


def _turns(world: World) -> dict[str, Callable[[], object]]:
    """What the repair loop does next, when all bursts are over and all of that is open."""
    world.clock.move(world.burst)
    loop = world.loop
    return {
        "correlation": lambda: loop.correlation.run(world.now),
        "the ladder's climb": loop.ladder.climb,
        "the loop's whole turn": loop.run,
    }


def _bare(file: Path, rows: Sequence[SignalRow]) -> float:
    """Seconds for as many rows of as many columns, by `executemany` and nothing else."""
    columns = list(SignalRow.model_fields)
    plain = [tuple(str(value) for value in row.model_dump().values()) for row in rows]
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"CREATE TABLE bare ({', '.join(columns)})")
        marks = ", ".join("?" * len(columns))

        def insert() -> None:
            with connection:
                connection.executemany(f"INSERT INTO bare VALUES ({marks})", plain)

        return seconds(insert)
