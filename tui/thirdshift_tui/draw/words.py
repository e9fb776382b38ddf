"""Spans, instants and readings as a person writes them; an unknown one is `-`, never a zero."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UNKNOWN = "-"
NOT_LOADED = "not loaded yet"
_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_GIBIBYTE = 2**30


def span(seconds: float) -> str:
    """Return a span in its two largest units: 3h28m, 4m12s, 9s. One that is negative is 0s."""
    left = max(0, int(seconds))
    for (unit, size), (smaller, small_size) in pairwise(_UNITS):
        if left >= size:
            rest = left % size // small_size
            return f"{left // size}{unit}{rest:02}{smaller}" if rest else f"{left // size}{unit}"
    return f"{left}s"


def since(at: datetime | None, now: datetime) -> str:
    """Return how long ago an instant was."""
    return UNKNOWN if at is None else span((now - at).total_seconds())


def zone(name: str) -> tzinfo:
    """Return the site's time zone, or UTC where this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def clock(at: datetime | None, local: tzinfo) -> str:
    """Return an instant as the site's wall clock shows it."""
    return UNKNOWN if at is None else f"{at.astimezone(local):%H:%M}"


def day_and_clock(at: datetime, local: tzinfo) -> str:
    """Return an instant with its date, in the site's time."""
    return f"{at.astimezone(local):%d %b %H:%M:%S}"


def moment(at: datetime, now: datetime, local: tzinfo) -> str:
    """Return an instant near now in the site's time; its date only on another day."""
    there = at.astimezone(local)
    same_day = there.date() == now.astimezone(local).date()
    return f"{there:%H:%M}" if same_day else f"{there:%d %b %H:%M}"


def number(value: float | None, unit: str = "") -> str:
    """Return a rounded reading with its unit."""
    return UNKNOWN if value is None else f"{value:.0f}{unit}"


def percent(ratio: float | None) -> str:
    """Return a ratio as a percentage."""
    return UNKNOWN if ratio is None else f"{ratio:.0%}"


def of(part: float | None, whole: float | None, unit: str) -> str:
    """Return `part/whole` and the unit."""
    return UNKNOWN if part is None else f"{number(part)}/{number(whole)}{unit}"


def gibibytes(size_bytes: int | None) -> float | None:
    """Return a size in GiB."""
    return None if size_bytes is None else size_bytes / _GIBIBYTE
