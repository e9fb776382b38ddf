"""What an hour in use costs as more or fewer of the hours that are owned are used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from thirdshift_controller.reports.blocks import Width
from thirdshift_controller.reports.charts.style import (
    OWN,
    PAPER,
    RENT,
    SMALL_POINTS,
    SOFT,
    bare_x,
    paper,
    sheet,
    short,
    svg,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Rents = Sequence[tuple[str, float]]
"""Names and prices per GPU-hour, cheapest first."""
_FROM_RATIO = 0.15
_ROOM = 1.12
"""Of the sheet above the dearest rent."""
_LABEL_RATIO = 0.055
"""Of the sheet's height that one label takes."""


def break_even(available: float, rents: Rents, used_ratio: float | None, currency: str) -> str:
    """Our own curve and the rents that it falls below; prices per GPU-hour.

    `available` is the price of an available hour: all of them are paid, whatever is used.
    """
    with paper("break-even"):
        figure = sheet(Width.FULL, 84)
        axes = figure.subplots()
        top = _ROOM * max(price for _, price in rents)
        used = [_FROM_RATIO + step * (1 - _FROM_RATIO) / 200 for step in range(201)]
        _rents(axes, available, rents, top)
        axes.plot([100 * one for one in used], [available / one for one in used], color=OWN, lw=2.2)
        if used_ratio:
            _this_month(axes, available / used_ratio, used_ratio)
        axes.set_xlim(100 * _FROM_RATIO, 100)
        axes.set_ylim(0, top)
        axes.set_xlabel("% of available GPU-hours used")
        axes.set_ylabel(f"{currency} per used GPU-hour")
        bare_x(axes)
        return svg(figure)


def _rents(axes: Axes, available: float, rents: Rents, top: float) -> None:
    """A line each, named right of the sheet; names are pushed up so that none hides another."""
    lowest = 0.0
    for name, price in rents:
        axes.axhline(price, color=RENT, linewidth=1)
        lowest = max(lowest, price)
        axes.annotate(
            f"{price:.2f} {short(name)}",
            (100, lowest),
            (5, 0),
            textcoords="offset points",
            color=RENT,
            va="center",
            fontsize=SMALL_POINTS,
        )
        lowest += _LABEL_RATIO * top
        if _FROM_RATIO <= available / price <= 1:
            axes.plot(100 * available / price, price, "o", color=RENT, markersize=4, zorder=3)


def _this_month(axes: Axes, price: float, used_ratio: float) -> None:
    at = 100 * used_ratio, price
    axes.axvline(at[0], color=SOFT, linewidth=0.8, linestyle=(0, (3, 3)))
    axes.plot(*at, "o", color=OWN, markersize=7, markeredgecolor=PAPER)
    axes.annotate(
        f"this month {price:.2f}",
        at,
        (-6, -14),
        textcoords="offset points",
        color=OWN,
        ha="right",
        bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1},
    )
