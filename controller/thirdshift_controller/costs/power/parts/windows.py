"""Which hours of which days a price holds in, by the site's own clock: `mon-fri, 07 to 19, winter`.

An hour belongs to the local hour that it begins in, also where a time zone is off by half an hour.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import product

DayOfYear = tuple[int, int]
"""Month and day."""
HOURS_OF_DAY = range(24)
NEW_YEAR: DayOfYear = (1, 1)
WHOLE_YEAR: tuple[DayOfYear, DayOfYear] = (NEW_YEAR, (12, 31))
_SATURDAY = 5
LEAP_YEAR = 2024


class DayKind(StrEnum):
    """What a day is to a tariff; a holiday is neither of the others."""

    WEEKDAY = "weekday"
    """Monday to Friday."""
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour of the clock as a tariff sees it."""

    day: DayOfYear
    kind: DayKind
    hour: int

    def __str__(self) -> str:
        month, day = self.day
        return f"{self.hour:02}:00 of a {self.kind} from {month:02}-{day:02} on"


@dataclass(frozen=True, slots=True)
class Window:
    """Some hours of some kinds of day, in a season that may go over the new year."""

    kinds: frozenset[DayKind]
    hours: frozenset[int]
    first: DayOfYear
    last: DayOfYear

    def holds(self, slot: Slot) -> bool:
        """Whether the hour is in it."""
        return slot.hour in self.hours and slot.kind in self.kinds and self._in_season(slot.day)

    def _in_season(self, day: DayOfYear) -> bool:
        if self.first <= self.last:
            return self.first <= day <= self.last
        return day >= self.first or day <= self.last


def any_holds(windows: Iterable[Window], slot: Slot) -> bool:
    """Whether the hour is in one of them."""
    return any(window.holds(slot) for window in windows)


def slot_of(local: datetime, holidays: Collection[date]) -> Slot:
    """Where an hour that begins at this time of the site stands."""
    day = local.date()
    if day in holidays:
        kind = DayKind.HOLIDAY
    else:
        kind = DayKind.WEEKEND if day.weekday() >= _SATURDAY else DayKind.WEEKDAY
    return Slot((day.month, day.day), kind, local.hour)


def slots_to_check(windows: Iterable[Window]) -> Iterator[Slot]:
    """Every hour that these windows could tell apart: of each season, one day of each kind."""
    turns = {NEW_YEAR}
    for window in windows:
        turns |= {window.first, _day_after(window.last)}
    for day, kind, hour in product(sorted(turns), DayKind, HOURS_OF_DAY):
        yield Slot(day, kind, hour)


def _day_after(day: DayOfYear) -> DayOfYear:
    after = date(LEAP_YEAR, *day) + timedelta(days=1)
    return after.month, after.day
