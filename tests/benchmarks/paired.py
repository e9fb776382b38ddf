"""Two ways of doing something, timed in turn in one run: what is quoted is their ratio."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from benchmarks import results


def ratio(
    name: str,
    ours: Callable[[], object],
    floor: Callable[[], object],
    rounds: int = 30,
    beside: str = "its floor",
) -> float:
    """Median of ours over median of the floor; a row of the run's table, in milliseconds."""
    ours(), floor()
    pairs = [(seconds(ours), seconds(floor)) for _ in range(rounds)]
    our, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    results.add(name, our * 1e3, bare * 1e3, "ms", beside)
    return float(our / bare)


def seconds(run: Callable[[], object]) -> float:
    """How long it takes once."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began
