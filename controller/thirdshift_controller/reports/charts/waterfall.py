"""From the budget to what was, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from thirdshift_controller.reports.blocks import Width
from thirdshift_controller.reports.charts.style import (
    GREYS,
    OWN,
    OWN_TINTS,
    RENT,
    SOFT,
    above,
    bare_x,
    paper,
    sheet,
    short,
    svg,
)
from thirdshift_controller.reports.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Steps = Sequence[tuple[str, float]]
"""What moved the cost, and by how much."""
_THOUSAND = 1e3
_BAR, _HALF_BAR = 0.6, 0.3
_AIR = 0.35
"""Of the steps' span, below and above them."""


def waterfall(budget: float, steps: Steps, actual: float, currency: str) -> str:
    """Columns: orange steps are dearer than planned, light blue ones cheaper."""
    with paper("waterfall"):
        figure = sheet(Width.FULL, 70)
        axes = figure.subplots()
        heights = _heights(budget / _THOUSAND, steps)
        bottom, top = _limits([*heights, actual / _THOUSAND])
        _whole(axes, 0, heights[0], bottom, GREYS[1])
        _steps(axes, steps, heights)
        _whole(axes, len(heights), actual / _THOUSAND, bottom, OWN)
        names = ["Budget", *(short(name) for name, _ in steps), "Actual"]
        axes.set_xticks(range(len(names)), names)
        axes.set_ylim(bottom, top)
        axes.set_ylabel(f"{currency} thousand, not from zero")
        _whole_ticks(axes)
        bare_x(axes)
        return svg(figure)


def _heights(budget: float, steps: Steps) -> list[float]:
    """Where each column ends, beginning with the budget, in thousands."""
    heights = [budget]
    for _, amount in steps:
        heights.append(heights[-1] + amount / _THOUSAND)
    return heights


def _limits(heights: Sequence[float]) -> tuple[float, float]:
    span = (max(heights) - min(heights)) or abs(heights[0]) or 1.0
    return min(heights) - _AIR * span, max(heights) + _AIR * span


def _whole(axes: Axes, place: int, height: float, bottom: float, colour: str) -> None:
    axes.bar(place, height - bottom, _BAR, bottom, color=colour)
    above(axes, number(height, 1), place, height)


def _steps(axes: Axes, steps: Steps, heights: Sequence[float]) -> None:
    for place, (_, amount) in enumerate(steps, start=1):
        before, after = heights[place - 1], heights[place]
        axes.bar(place, after - before, _BAR, before, color=RENT if amount > 0 else OWN_TINTS[1])
        above(axes, number(amount / _THOUSAND, 1, sign="+"), place, max(before, after))
    for place, height in enumerate(heights):
        ends = place + _HALF_BAR, place + 1 - _HALF_BAR
        axes.plot(ends, (height, height), color=SOFT, linewidth=0.7)


def _whole_ticks(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: number(value))
