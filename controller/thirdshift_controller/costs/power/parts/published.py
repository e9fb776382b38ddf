"""Figures of a month that are published more than once: estimated, estimated again, then final."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.power.errors import UnpricedError


class Vintage(StrEnum):
    """How final a figure is, least first."""

    FIRST_ESTIMATE = "first_estimate"
    SECOND_ESTIMATE = "second_estimate"
    ACTUAL = "actual"


VINTAGES = tuple(Vintage)


@dataclass(frozen=True, slots=True)
class Published:
    """One figure of one month."""

    month: str
    """`2026-10`."""
    vintage: Vintage
    value: Decimal
    published_on: date
    origin: Origin

    def __str__(self) -> str:
        vintage = self.vintage.replace("_", " ")
        return f"{vintage} of {self.month}, published {self.published_on}"


@dataclass(frozen=True, slots=True)
class Series:
    """All that a file holds, as it became known."""

    file: str
    figures: tuple[Published, ...]

    def known(self, month: Month, on: date, part: str) -> Published:
        """The most final figure of a month that was out by a day.

        Raises `UnpricedError` where none was, naming the part of the tariff that needs it.
        """
        out = [one for one in self.figures if one.month == str(month) and one.published_on <= on]
        if not out:
            raise UnpricedError(
                f"{self.file}: {part}: nothing for {month} was published by {on};"
                " add the first estimate's row"
            )
        return max(out, key=lambda one: VINTAGES.index(one.vintage))
