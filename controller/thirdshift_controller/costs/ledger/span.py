"""The part of a month that is posted, and how instants and the site's days meet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from thirdshift_controller.costs.calendar import Month

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant of a month up to another, which it does not hold."""

    month: Month
    from_at: datetime
    to_at: datetime

    @classmethod
    def whole(cls, month: Month) -> Span:
        """All of a month."""
        return cls(month, month.from_at, month.to_at)

    @classmethod
    def until(cls, month: Month, now: datetime) -> Span:
        """What has passed of a month: nothing before it, all after it."""
        return cls(month, month.from_at, max(month.from_at, min(month.to_at, now)))

    @property
    def month_ratio(self) -> Decimal:
        """The share of the month's seconds."""
        return ratio(self.to_at - self.from_at, self.month.to_at - self.month.from_at)

    @property
    def hours(self) -> Decimal:
        """How long it is, of the clock: 25 hours on the day that the clock is put back."""
        return ratio(self.to_at - self.from_at, timedelta(hours=1))

    @property
    def last_day(self) -> date:
        """The site's day of its last instant."""
        last_at = max(self.from_at, self.to_at - _TICK)
        return last_at.astimezone(self.month.timezone).date()

    def begins(self, day: date) -> bool:
        """Whether the site's day begins in it."""
        return self.from_at <= midnight(day, self.month.timezone) < self.to_at

    def clip(self, from_on: date | None, to_on: date | None) -> Span | None:
        """What of it lies in a span of days, the last of which is not held; `None`: nothing."""
        zone = self.month.timezone
        from_at = max(self.from_at, midnight(from_on, zone)) if from_on else self.from_at
        to_at = min(self.to_at, midnight(to_on, zone)) if to_on else self.to_at
        return Span(self.month, from_at, to_at) if from_at < to_at else None


def midnight(day: date, timezone: ZoneInfo) -> datetime:
    """The instant at which a day of the site begins."""
    return datetime(day.year, day.month, day.day, tzinfo=timezone).astimezone(UTC)


def ratio(part: timedelta, whole: timedelta) -> Decimal:
    """What a time is of another, exactly."""
    return Decimal(part // _TICK) / Decimal(whole // _TICK)
