"""Every number of a month as one tidy table: a row a number, with its unit; what is not known has
no row.

Names are those of `costs/month/figures.py`, so a new figure is in the table without more ado; what
it counts is told by its name (`units.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from pydantic import BaseModel

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.market.prices import Quote
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import (
    Cause,
    LineFigures,
    MonthFigures,
    Mover,
    Part,
    TrendMonth,
)
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import Posting
from thirdshift_controller.costs.power.figures import Advice
from thirdshift_controller.costs.tco.outlook import LineTotal, Rival, Swing
from thirdshift_controller.costs.usage.downtime import LostTime
from thirdshift_controller.costs.usage.totals import Use
from thirdshift_controller.reports.data.plain import counted, csv_text
from thirdshift_controller.reports.data.units import per, unit_of

COLUMNS = ("month", "section", "name", "measure", "unit", "value", "currency")
WHOLE = "month"
"""The section of what stands for the whole month."""

NAMES: dict[type, Callable[[Any], str]] = {
    Advice: lambda advice: advice.what,
    Cause: lambda cause: cause.name,
    LineFigures: lambda line: line.line,
    LineTotal: lambda line: line.line,
    LostTime: lambda lost: lost.name,
    Mover: lambda mover: f"{mover.line} against {mover.against}",
    Part: lambda part: part.name,
    Posting: lambda posting: f"{posting.line}/{posting.what}",
    Quote: lambda quote: " ".join(str(part) for part in quote.row.series if part is not None),
    Rival: lambda rival: rival.name,
    Swing: lambda swing: swing.driver,
    TrendMonth: lambda month: month.month,
}
"""What sets one of several apart."""

_NO_NUMBERS = (Month, Origin)
"""What has numbers that are not figures: a year, a line of a file."""


class Place(NamedTuple):
    """Where in the figures a number stands: the first columns but one."""

    section: str
    name: str
    """Which of several; empty where there is one."""
    measure: str


class Fact(NamedTuple):
    """One number, in the order of the columns."""

    month: str
    section: str
    name: str
    measure: str
    unit: str
    value: Decimal
    currency: str


def tidy_csv(figures: MonthFigures) -> str:
    """The table, its header first."""
    return csv_text(COLUMNS, facts(figures))


def facts(figures: MonthFigures) -> Iterator[Fact]:
    """Every number, in the order of the figures."""
    for place, owner, value in _values(figures):
        if isinstance(value, Money):
            unit, number, currency = (
                per(place.measure, value.currency),
                value.amount,
                value.currency,
            )
        else:
            number = counted(value) if isinstance(value, float) else Decimal(value)
            unit = owner.unit if isinstance(owner, Posting) else unit_of(place.measure)
            currency = ""
        yield Fact(str(figures.month), *place, unit, number, currency)


_Value = tuple[Place, Any, Any]
"""A number, its place, and what it is a field of."""


def _values(figures: MonthFigures) -> Iterator[_Value]:
    for field in fields(figures):
        value = getattr(figures, field.name)
        if _is_number(value):
            yield Place(WHOLE, "", field.name), figures, value
        else:
            yield from _within(Place(field.name, "", ""), value)


def _within(place: Place, owner: Any) -> Iterator[_Value]:
    if isinstance(owner, tuple):
        for item in owner:
            if type(item) in NAMES:
                names = (place.name, NAMES[type(item)](item))
                yield from _within(place._replace(name=" ".join(filter(None, names))), item)
        return
    for key in _keys(owner):
        value = getattr(owner, key)
        inner = place._replace(measure=f"{place.measure}.{key}" if place.measure else key)
        if _is_number(value):
            yield inner, owner, value
        else:
            yield from _within(inner, value)


def _is_number(value: Any) -> bool:
    return isinstance(value, Money | Decimal | int | float) and not isinstance(value, bool)


def _keys(owner: Any) -> Iterator[str]:
    """The fields that are told; what jobs held is not, where no scheduler was read."""
    if isinstance(owner, BaseModel):
        yield from type(owner).model_fields
    elif is_dataclass(owner) and not isinstance(owner, _NO_NUMBERS):
        unread = isinstance(owner, Use) and owner.allocated_hours is None
        yield from (f.name for f in fields(owner) if not (unread and f.name == "allocated"))
