"""Hours of the clock, and the exact numbers that money is reckoned with out of what they drew."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from math import ceil

from thirdshift_controller.costs.calendar import Month

HOUR = timedelta(hours=1)


def clock_hours(month: Month) -> range:
    """The hours of the clock that begin in a month, numbered from 1970 on (UTC)."""
    first, end = (at.timestamp() / HOUR.total_seconds() for at in (month.from_at, month.to_at))
    return range(ceil(first), ceil(end))


def exact(number: float) -> Decimal:
    """The shortest decimal that the number stands for."""
    return Decimal(repr(number))
