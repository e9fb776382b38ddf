"""Clocks for a node's tests: they stand still until they are moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class NodeClock:
    instant: datetime = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
    speed: float = 1.0

    def now(self) -> datetime:
        return self.instant

    def move(self, **span: float) -> None:
        self.instant += timedelta(**span)


@dataclass
class Uptime:
    """Seconds since nobody knows when, as `time.monotonic` counts them."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds
