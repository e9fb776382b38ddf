"""The hall's own meters: counters of kWh, read now and then, and the energy between two instants.

Between two readings the hall is taken to draw the same all the time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from thirdshift_controller.costs.origin import Origin


@dataclass(frozen=True, slots=True)
class Reading:
    """A counter at an instant."""

    meter: str
    read_at: datetime
    kwh_total: Decimal
    is_reset: bool
    """The counter was set or exchanged since the reading before, and says nothing of the time
    between the two."""
    origin: Origin


@dataclass(frozen=True, slots=True)
class Run:
    """A counter between two resets, oldest reading first."""

    seconds: tuple[float, ...]
    """Of the readings, since the epoch."""
    kwh: tuple[float, ...]

    def kwh_between(self, from_at: float, to_at: float) -> float | None:
        """Energy between two instants; `None` unless readings bracket them."""
        if not self.seconds[0] <= from_at <= to_at <= self.seconds[-1]:
            return None
        return self._at(to_at) - self._at(from_at)

    def _at(self, at: float) -> float:
        after = bisect_right(self.seconds, at)
        if after == len(self.seconds):
            return self.kwh[-1]
        before = after - 1
        span = self.seconds[after] - self.seconds[before]
        rise = self.kwh[after] - self.kwh[before]
        return self.kwh[before] + rise * (at - self.seconds[before]) / span


@dataclass(frozen=True, slots=True)
class Meter:
    """One counter of the hall."""

    name: str
    runs: tuple[Run, ...]

    def kwh_between(self, from_at: float, to_at: float) -> float | None:
        """Energy between two instants; `None` unless readings bracket them without a reset."""
        found = (run.kwh_between(from_at, to_at) for run in self.runs)
        return next((kwh for kwh in found if kwh is not None), None)


def meters_of(readings: Iterable[Reading]) -> tuple[Meter, ...]:
    """The meters that were read, by name. Readings of a meter are oldest first."""
    by_meter: dict[str, list[list[Reading]]] = {}
    for reading in readings:
        runs = by_meter.setdefault(reading.meter, [])
        if not runs or reading.is_reset:
            runs.append([])
        runs[-1].append(reading)
    return tuple(
        Meter(name, tuple(_run(run) for run in runs)) for name, runs in sorted(by_meter.items())
    )


def kwh_between(meters: Sequence[Meter], from_at: datetime, to_at: datetime) -> float | None:
    """What all meters saw together; `None` where one of them was not read."""
    begin, end, whole = from_at.timestamp(), to_at.timestamp(), 0.0
    for meter in meters:
        kwh = meter.kwh_between(begin, end)
        if kwh is None:
            return None
        whole += kwh
    return whole


def _run(readings: Sequence[Reading]) -> Run:
    return Run(
        tuple(reading.read_at.timestamp() for reading in readings),
        tuple(float(reading.kwh_total) for reading in readings),
    )
