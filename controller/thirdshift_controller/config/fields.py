"""What a value may be: an exact number, a day, an instant, a currency and their like.

In TOML exact numbers stand in quotes; in CSV nothing does.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated
from unicodedata import category

from pydantic import AfterValidator, BeforeValidator, Field

from thirdshift_controller.config.currencies import CURRENCIES
from thirdshift_controller.config.explain import nearest

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d{1,2})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,18}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MONTH = re.compile(r"2\d{3}-(0[1-9]|1[0-2])", re.ASCII)

_LARGEST, _SMALLEST = Decimal("1e12"), Decimal("1e-12")
"""Beyond lie typing mistakes; sums of what lies between keep their last cent."""
_MOST = 1_000_000_000
_EARLIEST = date(1900, 1, 1)
_YEARS = range(1900, 9999)
"""Of instants: at the ends of the calendar not every zone has one for every day."""


def number_of(text: str) -> Decimal:
    """An exact number. Raises `ValueError`, also for what is none or has no end."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f'must be a number such as 12.50, not "{text}"')
    return Decimal(text)


def day_of(text: str) -> date:
    """A day of the calendar. Raises `ValueError`."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # such as the 31st of June
    raise ValueError(f'must be a day such as 2026-01-31, not "{text}"')


def _exact(value: object) -> object:
    if isinstance(value, float):
        raise ValueError(f'must stand in quotes to stay exact: write "{value}"')
    return number_of(value) if isinstance(value, str) else value


def in_reach(number: Decimal) -> Decimal:
    """A number of a size that can be. Raises `ValueError` for one that cannot."""
    if not number:
        return number.copy_abs()  # there is no -0 of anything
    if not _SMALLEST <= abs(number) <= _LARGEST:
        raise ValueError(f"must lie between {_SMALLEST:f} and {_LARGEST:,f}, or be 0")
    return number


def _printed(text: str) -> str:
    for letter in text:
        if category(letter) == "Cc" and letter not in "\t\r\n":
            raise ValueError(f"holds the unprintable character U+{ord(letter):04X}; take it out")
    return text


def _whole(value: str) -> str:
    if not _WHOLE.fullmatch(value):
        raise ValueError(f'must be a whole number such as 36, not "{value}"')
    return value


def _day(value: object) -> date:
    return value if isinstance(value, date) else day_of(str(value))


def _instant(value: object) -> datetime:
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        text = f'must be an instant such as 2026-11-01T04:00Z, not "{value}"'
        raise ValueError(text) from None
    if at.tzinfo is None:
        raise ValueError(f'must say its offset from UTC: "{value}Z" or "{value}-05:00"')
    if at.year not in _YEARS:
        raise ValueError(f"must lie in the years {_YEARS[0]} to {_YEARS[-1]}")
    return at.astimezone(UTC)


def _month(text: str) -> str:
    if not _MONTH.fullmatch(text):
        raise ValueError(f'must be a month such as 2026-01, not "{text}"')
    return text


def _currency(text: str) -> str:
    if text not in CURRENCIES:
        remedy = nearest(text.upper(), CURRENCIES, otherwise="write its three letters, such as USD")
        raise ValueError(f'"{text}" is no currency of ISO 4217; {remedy}')
    return text


Note = Annotated[str, AfterValidator(_printed)]
"""Text that may be left empty."""
Text = Annotated[Note, Field(min_length=1)]
Number = Annotated[Decimal, BeforeValidator(_exact), AfterValidator(in_reach)]
Amount = Annotated[Number, Field(ge=0)]
Positive = Annotated[Number, Field(gt=0)]
Ratio = Annotated[Number, Field(ge=0, le=1)]
PositiveRatio = Annotated[Number, Field(gt=0, le=1)]
CountCell = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=_MOST)]
"""Of CSV; TOML knows whole numbers, see `source.Count`."""
Day = Annotated[date, BeforeValidator(_day), Field(ge=_EARLIEST)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
"""In UTC, whatever the offset that it is written with."""
MonthName = Annotated[str, AfterValidator(_month)]
Currency = Annotated[str, AfterValidator(_currency)]
