"""Which part of a month was watched. An hour of the clock belongs to the month it begins in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import fsum

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.usage.spans import HOUR
from thirdshift_controller.costs.usage.totals import SiteHour


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a month that the hours cover, from the first to the last of them."""

    month: Month
    from_at: datetime
    to_at: datetime
    covered_seconds: float
    """Of the time between the two, that of which there are records."""

    @property
    def covered_ratio(self) -> float:
        """Covered to the whole month."""
        return self.covered_seconds / self.month.seconds

    @property
    def gap_seconds(self) -> float:
        """Time between first and last of which there is no record."""
        return max((self.to_at - self.from_at).total_seconds() - self.covered_seconds, 0.0)

    @property
    def last_day(self) -> date:
        """The last day that it touches, at the site."""
        return (self.to_at - timedelta(microseconds=1)).astimezone(self.month.timezone).date()


def window(month: Month, hours: Sequence[SiteHour]) -> Window | None:
    """What the hours cover; `None` where there is none."""
    watched = [hour for hour in hours if hour.watched_seconds > 0]
    if not watched:
        return None
    first, last = watched[0], watched[-1]
    end_at = last.hour_at + timedelta(seconds=last.watched_seconds)
    begin_at = first.hour_at
    if first is not last:
        begin_at += HOUR - timedelta(seconds=first.watched_seconds)
    return Window(month, begin_at, end_at, fsum(hour.watched_seconds for hour in watched))
