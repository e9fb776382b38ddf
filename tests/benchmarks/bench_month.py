"""A month of 1,000 nodes, hour by hour and team by team, gathered for its report on SQLite."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks import meters, paired, results
from thirdshift_controller.costs.usage.records import NodeHour, TeamHour
from thirdshift_controller.store import usage
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.migrate import migrate

NODES, GPUS, TEAMS, HOURS = 1_000, 8, 20, 744
FROM_AT = datetime(2026, 10, 1, tzinfo=UTC)
TO_AT = FROM_AT + timedelta(hours=HOURS)
KEPT_HOURS = 2 * HOURS
"""A month more than is asked for: what is not asked for must not be read."""
ROUNDS = 5
MIB = 1024 * 1024
FLOOR = "SELECT count(*), sum(wall_joules) FROM node_hour WHERE hour_at >= ? AND hour_at < ?"
MONTH = tuple(f"{at:%Y-%m-%d %H:%M:%S.%f}" for at in (FROM_AT, TO_AT))

OPEN = """
import sys
from datetime import datetime
from thirdshift_controller.store import usage
from thirdshift_controller.store.database import Store
store, window = Store(sys.argv[1]), map(datetime.fromisoformat, sys.argv[2:])
"""
GATHER = """
with store.read() as session:
    month = usage.totals(session, *window)
"""
SAY = """
sys.stdout.write(open("/proc/self/status").read())
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of the same size."""
    file = tmp_path_factory.mktemp("month") / "month.db"
    with closing(Store(f"sqlite:///{file}")) as store:
        migrate(store)
        for number in range(KEPT_HOURS):
            hour_at = FROM_AT + timedelta(hours=number)
            with store.write() as session:
                usage.add(session, _nodes(hour_at), _teams(hour_at))
    return file


def test_a_month_beside_a_bare_sum_of_its_rows(database: Path) -> None:
    with (
        closing(Store(f"sqlite:///{database}")) as store,
        closing(sqlite3.connect(database)) as bare,
    ):

        def gather() -> None:
            with store.read() as session:
                month = usage.totals(session, FROM_AT, TO_AT)
            assert (len(month.nodes), len(month.hours), len(month.teams)) == (NODES, HOURS, TEAMS)

        def floor() -> None:
            assert bare.execute(FLOOR, MONTH).fetchone()[0] == NODES * HOURS

        beside = f"a bare count and sum of its {NODES * HOURS:,} rows"
        paired.ratio(f"a month of {NODES:,} nodes gathered", gather, floor, ROUNDS, beside)


def test_memory_of_gathering_a_month(database: Path) -> None:
    ours, opened = (_peak_mib(database, program) for program in (OPEN + GATHER, OPEN))
    beside = "a process that has opened the database"
    results.add(f"peak memory, a month of {NODES:,} nodes", ours, opened, "MiB", beside)


def _peak_mib(database: Path, program: str) -> float:
    """Of a process of its own: the peak of this one is of the writing."""
    window = (FROM_AT.isoformat(), TO_AT.isoformat())
    command = [sys.executable, "-c", program + SAY, f"sqlite:///{database}", *window]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return meters.peak(done.stdout) / MIB


def _nodes(hour_at: datetime) -> Iterator[NodeHour]:
    """Each a little different, as in life; sums of one number alone could be had for less."""
    for number in range(NODES):
        seconds = GPUS * (3600.0 - number / 10)
        yield NodeHour(
            node=f"gpu-{number:04}",
            hour_at=hour_at,
            installed_gpu_seconds=GPUS * 3600.0,
            available_gpu_seconds=seconds,
            utilised_gpu_seconds=seconds * 0.7,
            energy_joules=1.6e7 + number,
            energy_modelled_joules=float(number),
            watched_seconds=3600.0,
            scheduled_gpu_seconds=GPUS * 3600.0,
            allocated_gpu_seconds=seconds * 0.9,
            wall_joules=2.4e7 + number,
            wall_modelled_joules=float(number),
        )


def _teams(hour_at: datetime) -> Iterator[TeamHour]:
    seconds = NODES * GPUS * 3600.0 / TEAMS
    for number in range(TEAMS):
        yield TeamHour(f"team-{number}", hour_at, seconds, seconds * 0.7, 2.4e10 / TEAMS)
