"""GPU-hours out of work: by fault, and by what the repair waited for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from thirdshift_controller.reports.blocks import Width
from thirdshift_controller.reports.charts.style import (
    OWN,
    OWN_TINTS,
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

Bars = Sequence[tuple[str, float]]
"""Names and GPU-hours, in the order of reading."""
_ROOM = 1.25
"""How much wider the sheet is than its longest bar, for the figure at its end."""


def downtime(by_fault: Bars, by_phase: Bars) -> str:
    """Two panels on one scale."""
    with paper("downtime"):
        rows = max(len(by_fault), len(by_phase))
        figure = sheet(Width.FULL, 20 + 6.2 * rows)
        left, right = figure.subplots(1, 2)
        longest = max(hours for _, hours in (*by_fault, *by_phase)) or 1.0
        _panel(left, by_fault, "By fault", OWN, longest)
        _panel(right, by_phase, "By what it waited for", OWN_TINTS[1], longest)
        return svg(figure)


def _panel(axes: Axes, bars: Bars, title: str, colour: str, longest: float) -> None:
    for place, (_, hours) in enumerate(bars):
        axes.barh(place, hours, 0.6, color=colour)
        beside(axes, number(hours), hours, place)
    axes.set_yticks(range(len(bars)), [short(name) for name, _ in bars])
    axes.invert_yaxis()
    axes.set_title(title)
    axes.set_xlim(0, longest * _ROOM)
    axes.set_xlabel("GPU-hours lost")
    axes.xaxis.set_major_formatter(lambda value, _: number(value))
    bare_y(axes)
