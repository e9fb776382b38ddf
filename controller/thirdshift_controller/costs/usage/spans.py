"""Stretches of time, cut where an hour of the clock (UTC) ends. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)

Span = tuple[datetime, datetime]
"""From one instant to a later one."""


def pieces(from_at: datetime, to_at: datetime) -> Iterator[tuple[datetime, float, float]]:
    """Cut a span at the hours: start of the hour (UTC), seconds in it, share of the whole span."""
    whole = (to_at - from_at).total_seconds()
    while from_at < to_at:
        hour_at = from_at.replace(minute=0, second=0, microsecond=0)
        end_at = min(hour_at + HOUR, to_at)
        seconds = (end_at - from_at).total_seconds()
        yield hour_at, seconds, seconds / whole
        from_at = end_at
