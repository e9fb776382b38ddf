"""From the budget to what was, a row a step, so that any number of names has room."""

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
    bare_y,
    beside,
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
_AIR = 0.25
"""Of the steps' span, left and right of them."""


def waterfall(budget: float, steps: Steps, actual: float, currency: str) -> str:
    """Bars: orange steps are dearer than planned, light blue ones cheaper."""
    with paper("waterfall"):
        ends = _ends(budget / _THOUSAND, steps)
        figure = sheet(Width.FULL, 18 + 7 * (len(ends) + 1))
        axes = figure.subplots()
        begin, end = _limits([*ends, actual / _THOUSAND])
        _whole(axes, 0, ends[0], begin, GREYS[1])
        _steps(axes, steps, ends)
        _whole(axes, len(ends), actual / _THOUSAND, begin, OWN)
        names = ["Budget", *(short(name) for name, _ in steps), "Actual"]
        axes.set_yticks(range(len(names)), names)
        axes.invert_yaxis()
        axes.set_xlim(begin, end)
        axes.set_xlabel(f"{currency} thousand, not from zero")
        _whole_ticks(axes)
        bare_y(axes)
        return svg(figure)


def _ends(budget: float, steps: Steps) -> list[float]:
    """Where each bar ends, beginning with the budget, in thousands."""
    ends = [budget]
    for _, amount in steps:
        ends.append(ends[-1] + amount / _THOUSAND)
    return ends


def _limits(ends: Sequence[float]) -> tuple[float, float]:
    span = (max(ends) - min(ends)) or abs(ends[0]) or 1.0
    return min(ends) - _AIR * span, max(ends) + _AIR * span


def _whole(axes: Axes, row: int, end: float, begin: float, colour: str) -> None:
    axes.barh(row, end - begin, _BAR, begin, color=colour)
    beside(axes, number(end, 1), end, row)


def _steps(axes: Axes, steps: Steps, ends: Sequence[float]) -> None:
    for row, (_, amount) in enumerate(steps, start=1):
        before, after = ends[row - 1], ends[row]
        axes.barh(row, after - before, _BAR, before, color=RENT if amount > 0 else OWN_TINTS[1])
        beside(axes, number(amount / _THOUSAND, 1, sign="+"), max(before, after), row)
    for row, end in enumerate(ends):
        axes.plot((end, end), (row + _HALF_BAR, row + 1 - _HALF_BAR), color=SOFT, linewidth=0.7)


def _whole_ticks(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.xaxis.set_major_formatter(lambda value, _: number(value))
