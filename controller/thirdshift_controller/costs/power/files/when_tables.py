"""`when = [...]` of `power.toml`: hours of days of a season, as they are written and as windows."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

from thirdshift_controller.config import Table
from thirdshift_controller.costs.power.parts.windows import (
    LEAP_YEAR,
    WHOLE_YEAR,
    DayKind,
    DayOfYear,
    Window,
)

_HOURS = re.compile(r"([01]\d|2[0-4]):00-([01]\d|2[0-4]):00", re.ASCII)
_SEASON = re.compile(r"(\d\d)-(\d\d) to (\d\d)-(\d\d)", re.ASCII)
_MIDNIGHT = 24


def _hours(text: object) -> frozenset[int]:
    """Of `19:00-07:00`, the hours of the day that begin in it."""
    found = _HOURS.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f'must be whole hours such as "07:00-19:00", not "{text}"')
    first, end = int(found[1]), int(found[2])
    if first in (end, _MIDNIGHT):
        raise ValueError(f'"{text}" holds no hour; a whole day is "00:00-24:00"')
    length = (end - first) % _MIDNIGHT or _MIDNIGHT
    return frozenset((first + more) % _MIDNIGHT for more in range(length))


def _season(text: object) -> tuple[DayOfYear, DayOfYear]:
    """Of `11-01 to 04-30`, the first and the last day, whatever the year."""
    found = _SEASON.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f'must be two days such as "11-01 to 04-30", not "{text}"')
    month, day, last_month, last_day = map(int, found.groups())
    try:
        date(LEAP_YEAR, month, day), date(LEAP_YEAR, last_month, last_day)
    except ValueError:
        raise ValueError(f'"{text}" names a day that there is not; the month comes first') from None
    return (month, day), (last_month, last_day)


class WindowTable(Table):
    """One of `when`."""

    days: Annotated[frozenset[DayKind], Field(min_length=1)]
    hours: Annotated[
        tuple[Annotated[frozenset[int], BeforeValidator(_hours)], ...], Field(min_length=1)
    ]
    season: Annotated[tuple[DayOfYear, DayOfYear], BeforeValidator(_season)] | None = None
    """The whole year where it is left out."""

    @property
    def window(self) -> Window:
        """What it means."""
        return Window(self.days, frozenset().union(*self.hours), *(self.season or WHOLE_YEAR))


When = tuple[WindowTable, ...]
