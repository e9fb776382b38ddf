"""How far each assumption moves the price of an available GPU-hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from thirdshift_controller.reports.blocks import Width
from thirdshift_controller.reports.charts.style import (
    INK,
    OWN,
    OWN_TINTS,
    SMALL_POINTS,
    bare_y,
    paper,
    sheet,
    svg,
)


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
        figure = sheet(Width.FULL, 20 + 6.4 * len(spans))
        axes = figure.subplots()
        for row, span in enumerate(reversed(spans)):
            for price, value, colour in (
                (span.at_low, span.low_value, OWN_TINTS[2]),
                (span.at_high, span.high_value, OWN),
            ):
                axes.barh(row, price - base, 0.62, base, color=colour)
                below = price < base
                axes.annotate(
                    value,
                    (price, row),
                    (-3 if below else 3, 0),
                    textcoords="offset points",
                    ha="right" if below else "left",
                    va="center",
                    fontsize=SMALL_POINTS,
                )
        axes.axvline(base, color=INK, linewidth=0.8)
        axes.set_yticks(range(len(spans)), [span.name for span in reversed(spans)])
        prices = [price for span in spans for price in (span.at_low, span.at_high)]
        air = 0.12 * (max(prices) - min(prices))
        axes.set_xlim(min(prices) - air, max(prices) + air)
        axes.set_xlabel(f"{currency} per available GPU-hour; the line is this site's {base:.2f}")
        bare_y(axes)
        return svg(figure)
