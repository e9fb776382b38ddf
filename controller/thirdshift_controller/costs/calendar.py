"""A month of the site's own calendar, as instants. It is 719 to 745 hours long, never 730."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from thirdshift_controller.errors import NotFoundError

_SHAPE = re.compile(r"(2\d{3})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Month:
    """One month. It begins and ends at midnight of the site, whatever the clocks do between."""

    year: int
    number: int
    """1 to 12."""
    timezone: ZoneInfo

    @classmethod
    def parse(cls, text: str, timezone: ZoneInfo) -> Month:
        """Read `2026-11`. Raises `NotFoundError`."""
        shape = _SHAPE.fullmatch(text)
        if shape is None:
            raise NotFoundError(f"{text!r} is not a month; write it as 2026-11")
        return cls(int(shape[1]), int(shape[2]), timezone)

    @classmethod
    def of(cls, at: datetime, timezone: ZoneInfo) -> Month:
        """The month that an instant falls in at the site."""
        local = at.astimezone(timezone)
        return cls(local.year, local.month, timezone)

    @property
    def from_at(self) -> datetime:
        """Its first instant."""
        return datetime(self.year, self.number, 1, tzinfo=self.timezone).astimezone(UTC)

    @property
    def to_at(self) -> datetime:
        """The first instant of the next month."""
        years, month = divmod(self.number, 12)
        return datetime(self.year + years, month + 1, 1, tzinfo=self.timezone).astimezone(UTC)

    @property
    def before(self) -> str:
        """The name of the month before it."""
        years, month = divmod(self.number - 2, 12)
        return f"{self.year + years:04}-{month + 1:02}"

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.to_at - self.from_at).total_seconds()

    @property
    def last_day(self) -> date:
        """Its last day."""
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"
