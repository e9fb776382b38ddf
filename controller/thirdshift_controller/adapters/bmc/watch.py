"""Looking again and again until something is seen, or patience ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Watch:
    """How long to look. A test hands in a clock and a sleep of its own."""

    patience_seconds: float
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def sees(self, happened: Callable[[], bool], within_seconds: float | None = None) -> bool:
        """Whether it happened in time; it is looked for at least once."""
        patience = self.patience_seconds if within_seconds is None else within_seconds
        deadline = self.monotonic() + patience
        while not happened():
            if self.monotonic() >= deadline:
                return False
            self.sleep(POLL_SECONDS)
        return True
