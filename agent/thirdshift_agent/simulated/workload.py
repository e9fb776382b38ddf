"""What a node computes: one job after the other, with a gap before each. The same for every GPU."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from random import Random

PERIOD_SECONDS = 6 * 3600.0
IDLE_RATIO = 0.15


class Workload:
    """Busy or not, at any instant, from the seed alone: nothing is remembered."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._phase = Random(seed).random() * PERIOD_SECONDS

    def busy(self, at: datetime) -> bool:
        """Whether a job runs."""
        return self._stretch(at.timestamp())[0]

    def stretches(self, start: datetime, end: datetime) -> Iterator[tuple[float, bool]]:
        """Cut a span where a job begins or ends: seconds, and whether a job runs."""
        here, stop = start.timestamp(), end.timestamp()
        while here < stop:
            busy, until = self._stretch(here)
            yield min(until, stop) - here, busy
            here = until

    def _stretch(self, here: float) -> tuple[bool, float]:
        number = (here - self._phase) // PERIOD_SECONDS
        begins = self._phase + number * PERIOD_SECONDS
        gap = Random(f"{self._seed}:{number:.0f}").uniform(0, 2 * IDLE_RATIO) * PERIOD_SECONDS
        if here < begins + gap:
            return False, begins + gap
        return True, begins + PERIOD_SECONDS
