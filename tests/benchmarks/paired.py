"""Two ways of doing something, timed in turn in one run: what is quoted is their ratio."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable


def ratio(
    name: str, ours: Callable[[], object], floor: Callable[[], object], rounds: int = 30
) -> float:
    """Median of ours over median of the floor; prints both, in milliseconds."""
    ours(), floor()
    pairs = [(_seconds(ours), _seconds(floor)) for _ in range(rounds)]
    our, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"{name}: {our * 1e3:.2f} ms, floor {bare * 1e3:.2f} ms, ratio {our / bare:.2f}")  # noqa: T201
    return float(our / bare)


def _seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began
