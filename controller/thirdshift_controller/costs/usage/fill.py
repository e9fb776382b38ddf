"""Hours that nobody watched, filled in with what the watched ones drew on average.

The hall's meter runs on while a controller is away; the bill will have those hours too. They are
modelled, every one, and say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from math import fsum

from thirdshift_controller.costs.usage.spans import HOUR
from thirdshift_controller.costs.usage.totals import SiteHour


def filled(hours: Sequence[SiteHour], from_at: datetime, to_at: datetime) -> tuple[SiteHour, ...]:
    """Every hour of the clock between two instants; nothing where no hour was watched at all."""
    watched = fsum(hour.watched_seconds for hour in hours)
    if not watched:
        return ()
    mean = fsum(hour.kwh for hour in hours) / watched
    known = {hour.hour_at: hour for hour in hours}
    return tuple(
        _whole(known.get(hour_at, SiteHour(hour_at, 0.0, 0.0, 0.0)), seconds, mean)
        for hour_at, seconds in _clock(from_at, to_at)
    )


def _clock(from_at: datetime, to_at: datetime) -> Iterator[tuple[datetime, float]]:
    """Each hour of the clock, and the seconds of it that lie between the two."""
    hour_at = from_at.replace(minute=0, second=0, microsecond=0)
    while hour_at < to_at:
        inside = min(hour_at + HOUR, to_at) - max(hour_at, from_at)
        yield hour_at, inside.total_seconds()
        hour_at += HOUR


def _whole(hour: SiteHour, seconds: float, kwh_per_second: float) -> SiteHour:
    missing = max(seconds - hour.watched_seconds, 0.0)
    return SiteHour(
        hour_at=hour.hour_at,
        watched_seconds=hour.watched_seconds,
        wall_kwh=hour.wall_kwh,
        wall_modelled_kwh=hour.wall_modelled_kwh + missing * kwh_per_second,
        filled_seconds=missing,
    )
