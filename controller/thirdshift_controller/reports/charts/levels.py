"""What a GPU-hour of our own costs at its four levels, above what others ask for one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from thirdshift_controller.reports.blocks import Width
from thirdshift_controller.reports.charts.style import (
    OWN,
    OWN_TINTS,
    RENT,
    RENT_TINT,
    bare_y,
    beside,
    paper,
    sheet,
    svg,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Band = tuple[float, float, float]
"""Lowest, middle, highest."""
_ROOM = 1.18
"""How much wider the sheet is than its longest bar, for the figure at its end."""


def levels(own: Sequence[tuple[str, float]], main: str, rent: Band | None, currency: str) -> str:
    """Bars of our own, the main one dark, and the band of others. Prices per GPU-hour."""
    with paper("levels"):
        figure = sheet(Width.HALF, 46)
        axes = figure.subplots()
        names = [name for name, _ in own]
        for row, (name, price) in enumerate(own):
            axes.barh(row, price, 0.56, color=OWN if name == main else OWN_TINTS[1])
            beside(axes, f"{price:.2f}", price, row)
        if rent is not None:
            _rented(axes, len(own), rent)
            names.append("Rented")
        axes.set_yticks(range(len(names)), names)
        axes.invert_yaxis()
        axes.set_xlim(0, _ROOM * max([*(price for _, price in own), *(rent or ())]))
        axes.set_xlabel(f"{currency} per GPU-hour")
        bare_y(axes)
        return svg(figure)


def _rented(axes: Axes, row: int, rent: Band) -> None:
    low, middle, high = rent
    axes.barh(row, high - low, 0.56, low, color=RENT_TINT)
    axes.vlines(middle, row - 0.38, row + 0.38, RENT, linewidth=2)
    beside(axes, f"{middle:.2f}", middle, row, RENT)
    beside(axes, f"{high:.2f}", high, row, RENT)
