"""How amounts, days and instants are written: in quotes in TOML, bare in a CSV's cell."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from thirdshift_controller.config.explain import nearest
from thirdshift_controller.config.currencies import CURRENCIES


def quoted(value: object) -> object:
    """For `BeforeValidator`: TOML's floats are not exact. Raises `ValueError`."""
    if isinstance(value, float):
        raise ValueError(f'must stand in quotes to stay exact: write "{value}"')
    return value


def _currency(code: str) -> str:
    if code not in CURRENCIES:
        remedy = nearest(code, CURRENCIES, otherwise="write its three letters, such as CAD")
        raise ValueError(f'"{code}" is no currency (ISO 4217); {remedy}')
    return code


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f'must be a number such as 0.0712, not "{text}"') from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'must be a day such as 2026-11-09, not "{text}"') from None


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f'must be an instant such as 2026-11-01T04:00Z, not "{text}"') from None
    if at.tzinfo is None:
        raise ValueError(f'must say its offset from UTC: "{text}Z" or "{text}-05:00"')
    return at.astimezone(UTC)


Text = Annotated[str, Field(min_length=1)]
Currency = Annotated[str, AfterValidator(_currency)]
Amount = Annotated[Decimal, BeforeValidator(quoted), Field(ge=0)]
Positive = Annotated[Decimal, BeforeValidator(quoted), Field(gt=0)]
Ratio = Annotated[Decimal, BeforeValidator(quoted), Field(ge=0, le=1)]
PositiveRatio = Annotated[Decimal, BeforeValidator(quoted), Field(gt=0, le=1)]
PueRatio = Annotated[Decimal, BeforeValidator(quoted), Field(ge=1)]

NumberCell = Annotated[Decimal, BeforeValidator(_number)]
DayCell = Annotated[date, BeforeValidator(_day)]
InstantCell = Annotated[datetime, BeforeValidator(_instant)]
MonthCell = Annotated[str, Field(pattern=r"^2\d{3}-(0[1-9]|1[0-2])$")]
