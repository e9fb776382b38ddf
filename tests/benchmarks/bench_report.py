"""A month of 1,000 nodes from the database to all seven files, as the command does it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import meters, results
from benchmarks.bench_month import GPUS, NODES, database
from fakes.site_files import ASSETS, COSTS, POWER, TOKENS

__all__ = ["database"]

MIB = 1024 * 1024
NODES_PER_RACK = 4
REPORT = """
import sys
from thirdshift_controller.cli import main
status = main(["report", sys.argv[1], "--config", sys.argv[2], "--out", sys.argv[3]])
sys.stderr.write(open("/proc/self/status").read())
sys.exit(status)
"""


@pytest.fixture(scope="module")
def site(database: Path) -> Path:
    """The files of a site whose database is the bench's; its books are small, as books are."""
    folder = database.parent
    texts = {
        "site.toml": _site(),
        "costs.toml": COSTS,
        "assets.csv": ASSETS.replace(",8,", f",{NODES * GPUS},"),
        "power.toml": POWER,
        "tokens.toml": TOKENS,
        "controller.toml": f'database = "sqlite:///{database.name}"\n',
    }
    for name, text in texts.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    return folder / "controller.toml"


def test_a_month_in_all_formats_beside_one_without_records(site: Path) -> None:
    whole, empty = _written(site, "2026-10"), _written(site, "2026-02")
    beside = "the same command for a month without a record"
    measure = f"a month of {NODES:,} nodes written in all formats"
    results.add(measure, whole[0], empty[0], "s", beside)
    results.add(f"peak memory, {measure}", whole[1], empty[1], "MiB", beside)


def _written(site: Path, month: str) -> tuple[float, float]:
    """Seconds of the wall and MiB at the peak, of a process of its own."""
    folder = site.parent / f"out-{month}"
    command = [sys.executable, "-c", REPORT, month, str(site), str(folder)]
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - begun
    assert len(list(folder.iterdir())) == 7
    return seconds, meters.peak(done.stderr) / MIB


def _site() -> str:
    racks = []
    for first in range(0, NODES, NODES_PER_RACK):
        nodes = ", ".join(_node(number) for number in range(first, first + NODES_PER_RACK))
        racks.append(f'{{ name = "rack-{first // NODES_PER_RACK:03}", nodes = [{nodes}] }}')
    return (
        '[site]\nname = "big-1"\ntimezone = "UTC"\n[[rows]]\nname = "R01"\n'
        f"racks = [{', '.join(racks)}]\n"
    )


def _node(number: int) -> str:
    place = f"U{1 + 9 * (number % NODES_PER_RACK):02}"
    return (
        f'{{ name = "gpu-{number:04}", rack_unit = "{place}", model = "hgx-h100-8", gpus = {GPUS},'
        f' agent = "http://10.0.{number // 250}.{1 + number % 250}:9400" }}'
    )
