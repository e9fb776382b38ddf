"""From the budget to what was, step by step."""

from __future__ import annotations

from collections.abc import Sequence

from thirdshift_controller.reports.blocks import Width
from thirdshift_controller.reports.charts.style import (
    GREYS,
    INK,
    OWN,
    OWN_TINTS,
    RENT,
    SOFT,
    bare_x,
    paper,
    sheet,
    svg,
)
from thirdshift_controller.reports.wording import number

_THOUSAND = 1e3
_AIR = 0.35
"""Of the steps' span, below and above them."""


def waterfall(
    budget: float, steps: Sequence[tuple[str, float]], actual: float, currency: str
) -> str:
    """Columns: orange steps are dearer than planned, blue ones cheaper."""
    with paper("waterfall"):
        figure = sheet(Width.FULL, 66)
        axes = figure.subplots()
        heights = [budget]
        for _, amount in steps:
            heights.append(heights[-1] + amount)
        bottom, top = _limits([*heights, actual])
        last = len(steps) + 1
        for place, whole, colour in ((0, budget, GREYS[1]), (last, actual, OWN)):
            axes.bar(place, (whole - bottom) / _THOUSAND, 0.6, bottom / _THOUSAND, color=colour)
            _write(axes, place, whole, number(whole / _THOUSAND, 1))
        for place, (_, amount) in enumerate(steps, start=1):
            before, after = heights[place - 1], heights[place]
            colour = RENT if amount > 0 else OWN_TINTS[1]
            axes.bar(place, amount / _THOUSAND, 0.6, before / _THOUSAND, color=colour)
            _write(axes, place, max(before, after), number(amount / _THOUSAND, 1, sign="+"))
        for place, height in enumerate(heights):
            level = height / _THOUSAND
            axes.plot([place + 0.3, place + 0.7], [level, level], color=SOFT, linewidth=0.7)
        axes.set_xticks(range(last + 1), ["Budget", *(name for name, _ in steps), "Actual"])
        axes.set_ylim(bottom / _THOUSAND, top / _THOUSAND)
        axes.set_ylabel(f"{currency} thousand, not from zero")
        axes.yaxis.set_major_formatter(lambda value, _: number(value))
        bare_x(axes)
        return svg(figure)


def _limits(heights: Sequence[float]) -> tuple[float, float]:
    span = (max(heights) - min(heights)) or abs(heights[0]) or 1.0
    return min(heights) - _AIR * span, max(heights) + _AIR * span


def _write(axes: object, place: float, height: float, text: str) -> None:
    from matplotlib.axes import Axes

    assert isinstance(axes, Axes)
    at = place, height / _THOUSAND
    axes.annotate(text, at, (0, 3), textcoords="offset points", ha="center", color=INK)
