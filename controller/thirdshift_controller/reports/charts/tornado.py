"""How far each assumption moves the price of an available GPU-hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thirdshift_controller.reports.blocks import Width
from thirdshift_controller.reports.charts.style import (
    INK,
    OWN,
    OWN_TINTS,
    bare_y,
    beside,
    paper,
    sheet,
    short,
    svg,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_AIR = 0.12
"""Of the prices' span, left and right of them."""


@dataclass(frozen=True, slots=True)
class Span:
    """One driver between its two ends; prices per available GPU-hour."""

    name: str
    low_value: str
    high_value: str
    at_low: float
    at_high: float


def tornado(base: float, spans: Sequence[Span], currency: str) -> str:
    """Bars around the base, widest on top: light towards the low end of a driver, dark the high."""
    with paper("tornado"):
        figure = sheet(Width.FULL, 18 + 6.4 * len(spans))
        axes = figure.subplots()
        for row, span in enumerate(spans):
            falling = span.at_high < span.at_low
            _end(axes, row, base, span.at_low, span.low_value, OWN_TINTS[2], before=not falling)
            _end(axes, row, base, span.at_high, span.high_value, OWN, before=falling)
        axes.axvline(base, color=INK, linewidth=0.8)
        axes.set_yticks(range(len(spans)), [short(span.name) for span in spans])
        axes.set_ylim(len(spans) - 0.4, -0.6)
        prices = [base, *(price for span in spans for price in (span.at_low, span.at_high))]
        air = _AIR * (max(prices) - min(prices)) or base
        axes.set_xlim(min(prices) - air, max(prices) + air)
        axes.set_xlabel(f"{currency} per available GPU-hour; the line is this site's {base:.2f}")
        bare_y(axes)
        return svg(figure)


def _end(
    axes: Axes, row: int, base: float, price: float, value: str, colour: str, *, before: bool
) -> None:
    """An end that is the base itself has no bar, and stands on the side that is left."""
    axes.barh(row, price - base, 0.62, base, color=colour)
    beside(axes, value, price, row, before=before)
