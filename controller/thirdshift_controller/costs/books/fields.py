"""What a cell or a value of the books' files may be: exact numbers, plain days, known words."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from thirdshift_controller.config.explain import nearest
from thirdshift_controller.costs.currencies import CURRENCIES
from thirdshift_controller.costs.posting import Line

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_WHOLE = re.compile(r"\d+", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MONTH = re.compile(r"2\d{3}-(0[1-9]|1[0-2])", re.ASCII)


def _exact(value: object) -> object:
    if isinstance(value, float):
        raise ValueError(f'must stand in quotes to stay exact: write "{value}"')
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise ValueError(f'must be a number such as 30000.00, not "{value}"')
    return value


def _whole(value: object) -> object:
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise ValueError(f'must be a whole number such as 36, not "{value}"')
    return value


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    try:
        if _DAY.fullmatch(str(value)):
            return date.fromisoformat(str(value))
    except ValueError:
        pass  # such as the 31st of June
    raise ValueError(f'must be a day such as 2026-01-31, not "{value}"')


def _month(text: str) -> str:
    if not _MONTH.fullmatch(text):
        raise ValueError(f'must be a month such as 2026-01, not "{text}"')
    return text


def _currency(text: str) -> str:
    if text not in CURRENCIES:
        remedy = nearest(text.upper(), CURRENCIES, otherwise="write its three letters, such as USD")
        raise ValueError(f'"{text}" is no currency of ISO 4217; {remedy}')
    return text


def _line(value: object) -> object:
    lines = [str(line) for line in Line]
    if value not in lines:
        raise ValueError(f'"{value}" is no line of the books; {nearest(str(value), lines)}')
    return value


Text = Annotated[str, Field(min_length=1)]
Number = Annotated[Decimal, BeforeValidator(_exact)]
Amount = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0)]
MoreThanZero = Annotated[Decimal, BeforeValidator(_exact), Field(gt=0)]
Ratio = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, le=1)]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=1)]
Day = Annotated[date, BeforeValidator(_day)]
MonthName = Annotated[str, AfterValidator(_month)]
Currency = Annotated[str, AfterValidator(_currency)]
LineName = Annotated[Line, BeforeValidator(_line)]
