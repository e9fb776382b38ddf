"""Time as a thing that can be handed in: the wall's, or a faster one for a simulated site.

`THIRDSHIFT_CLOCK=<instant>@<unix seconds>x<speed>` makes every process that reads it agree on a
clock that showed `<instant>` when the wall showed `<unix seconds>` and runs `<speed>` times faster.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

VARIABLE = "THIRDSHIFT_CLOCK"
_SHAPE = re.compile(r"(?P<instant>[^@]+)@(?P<unix>\d+(?:\.\d+)?)x(?P<speed>\d+(?:\.\d+)?)")


class ClockError(ValueError):
    """`THIRDSHIFT_CLOCK` cannot be read."""


class Clock(Protocol):
    """Where a program gets its instants from."""

    @property
    def speed(self) -> float:
        """Clock seconds that pass in one second of the wall."""
        ...

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The wall's clock."""

    speed: float = 1.0

    def now(self) -> datetime:
        """The wall's instant."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ScaledClock:
    """A clock that showed `origin` at the wall's `wall_origin` and runs `speed` times faster."""

    origin: datetime
    wall_origin: float
    speed: float

    def now(self) -> datetime:
        """The scaled instant."""
        return self.origin + timedelta(seconds=(time.time() - self.wall_origin) * self.speed)

    def __str__(self) -> str:
        """The value of `THIRDSHIFT_CLOCK` that describes this clock."""
        return f"{self.origin.isoformat()}@{self.wall_origin}x{self.speed}"


def clock_from(environment: Mapping[str, str]) -> Clock:
    """Return the clock that the environment asks for; the wall's when it asks for none."""
    value = environment.get(VARIABLE)
    if not value:
        return SystemClock()
    shape = _SHAPE.fullmatch(value)
    try:
        if shape is None:
            raise ValueError(value)
        origin = datetime.fromisoformat(shape["instant"])
        return ScaledClock(origin.astimezone(UTC), float(shape["unix"]), float(shape["speed"]))
    except ValueError as error:
        raise ClockError(
            f"{VARIABLE}={value!r}: write it as 2026-11-02T00:00:00+00:00@1764000000x720"
        ) from error
