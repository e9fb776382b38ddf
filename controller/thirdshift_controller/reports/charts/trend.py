"""A row of months: what they cost, and a GPU-hour of our own in the band of what others asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thirdshift_controller.reports.blocks import Width
from thirdshift_controller.reports.charts.style import (
    OWN,
    OWN_TINTS,
    RENT,
    RENT_TINT,
    bare_x,
    paper,
    sheet,
    svg,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MILLION = 1e6
_PRICE_TICKS = (1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24)
_UNKNOWN = float("nan")


@dataclass(frozen=True, slots=True)
class Point:
    """One month; prices per GPU-hour, `None` where there is none."""

    month: str
    cost: float
    closed: bool
    own: float | None
    low: float | None
    middle: float | None
    high: float | None


def trend(points: Sequence[Point], currency: str) -> str:
    """Costs as columns above, prices as lines below on a scale of equal ratios."""
    with paper("trend"):
        figure = sheet(Width.FULL, 96)
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(1, 1.6))
        _costs(above, points, currency)
        _prices(below, points, currency)
        below.set_xticks(range(len(points)), [point.month for point in points])
        return svg(figure)


def _costs(axes: Axes, points: Sequence[Point], currency: str) -> None:
    colours = [OWN_TINTS[1] if point.closed else OWN_TINTS[3] for point in points]
    costs = [point.cost / _MILLION for point in points]
    axes.bar(range(len(points)), costs, 0.62, color=colours)
    axes.set_ylabel(f"{currency} million a month")
    axes.set_ylim(0)
    bare_x(axes)


def _prices(axes: Axes, points: Sequence[Point], currency: str) -> None:
    months = range(len(points))
    low, middle, high, own = (
        [_UNKNOWN if value is None else value for value in values]
        for values in zip(
            *((one.low, one.middle, one.high, one.own) for one in points), strict=True
        )
    )
    axes.set_yscale("log")
    axes.fill_between(months, low, high, color=RENT_TINT, linewidth=0)
    axes.plot(months, middle, color=RENT, linewidth=1.6)
    axes.plot(months, own, color=OWN, linewidth=2.2, marker="o", markersize=3)
    known = [value for value in (*low, *high, *own) if value == value]
    _scale(axes, min(known, default=1), max(known, default=2))
    _name(axes, middle, "rented, middle", RENT)
    _name(axes, own, "own, available", OWN)
    axes.set_ylabel(f"{currency} per GPU-hour, equal ratios")
    bare_x(axes)


def _scale(axes: Axes, lowest: float, highest: float) -> None:
    from matplotlib.ticker import NullLocator

    axes.set_ylim(lowest * 0.85, highest * 1.12)
    ticks = [tick for tick in _PRICE_TICKS if lowest * 0.85 <= tick <= highest * 1.12]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.yaxis.set_minor_locator(NullLocator())


def _name(axes: Axes, values: Sequence[float], name: str, ink: str) -> None:
    """At the end of its line."""
    known = [(month, value) for month, value in enumerate(values) if value == value]
    if known:
        text = f" {known[-1][1]:.2f} {name}"
        axes.annotate(text, known[-1], (3, 0), textcoords="offset points", color=ink, va="center")
