"""The agent beside nvitop-exporter: one library, 8 GPUs, both scraped in turn each second."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

import pytest

from benchmarks import results
from benchmarks.exporters import (
    AGENT,
    NVITOP,
    Exporter,
    Running,
    gpu_series,
    moving,
    scrape,
    serves,
    serving,
)
from benchmarks.meters import cpu_seconds, proportional_bytes, resident_bytes
from benchmarks.paired import seconds
from servers.ports import free_port

BESIDE = NVITOP.name
STARTS, SCRAPES = 5, 300
MIB = 1024 * 1024

Pair = tuple[Running, Running]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    return moving(tmp_path_factory.mktemp("nvml")).environment()


@pytest.fixture(scope="module")
def pair(
    environment: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    """Both, running at once."""
    folder = tmp_path_factory.mktemp("running")
    with ExitStack() as stack:
        agent, nvitop = (
            stack.enter_context(serving(one, folder / one.name, environment))
            for one in (AGENT, NVITOP)
        )
        yield agent, nvitop


def test_the_start(environment: Mapping[str, str], tmp_path: Path) -> None:
    _started(AGENT, tmp_path / "first", environment), _started(NVITOP, tmp_path, environment)
    ours = [_started(AGENT, tmp_path / str(n), environment) for n in range(STARTS)]
    theirs = [_started(NVITOP, tmp_path, environment) for _ in range(STARTS)]
    add = partial(results.add, unit="s", beside=BESIDE)
    add("start to first full scrape", statistics.median(ours), statistics.median(theirs))


def test_the_page(pair: Pair) -> None:
    ours, theirs = (one.page() for one in pair)
    results.add("GPU series", gpu_series(ours), gpu_series(theirs), "series", BESIDE)
    results.add("page", len(ours) / 1024, len(theirs) / 1024, "KiB", BESIDE)


@pytest.mark.parametrize("how", ["kept connection", "new connection"])
def test_the_scrape(pair: Pair, how: str) -> None:
    with ExitStack() as stack:
        kept = [stack.enter_context(closing(one.connect())) for one in pair]
        looks: list[Callable[[], object]] = [one.page for one in pair]
        if how == "kept connection":
            looks = [partial(scrape, connection) for connection in kept]
        times = [[seconds(look) for look in looks] for _ in range(SCRAPES)]
    ours, theirs = zip(*times, strict=True)
    for name, place in (("p50", 50), ("p99", 99)):
        ours_then, theirs_then = (statistics.quantiles(t, n=100)[place - 1] for t in (ours, theirs))
        results.add(f"scrape, {how}, {name}", ours_then * 1e3, theirs_then * 1e3, "ms", BESIDE)


def test_cpu_and_memory(pair: Pair, request: pytest.FixtureRequest) -> None:
    window = request.config.getoption("--window")
    before, began = [cpu_seconds(one.pid) for one in pair], time.monotonic()
    for second in range(1, round(window) + 1):
        for one in pair:
            one.page()
        time.sleep(max(0.0, began + second - time.monotonic()))
    spent = time.monotonic() - began
    ours, theirs = (cpu_seconds(one.pid) - at for one, at in zip(pair, before, strict=True))
    results.add("CPU at 1 s", ours / spent * 1e3, theirs / spent * 1e3, "ms/s", BESIDE)
    for name, read in (("RSS", resident_bytes), ("PSS", proportional_bytes)):
        ours, theirs = (read(one.pid) / MIB for one in pair)
        results.add(f"memory, {name}", ours, theirs, "MiB", BESIDE)


def _started(exporter: Exporter, folder: Path, environment: Mapping[str, str]) -> float:
    """Seconds from its start to the first page that tells of every GPU."""
    port = free_port()
    command, began = exporter.start(folder, port), time.monotonic()
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not serves(port):
            assert process.poll() is None, f"{exporter.name} ended"
            assert time.monotonic() - began < 60, f"{exporter.name} serves no GPU"
            time.sleep(0.01)
        return time.monotonic() - began
    finally:
        process.terminate()
        process.wait()
