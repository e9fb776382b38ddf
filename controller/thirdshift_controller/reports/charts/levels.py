"""What a GPU-hour of our own costs at its four levels, above what others ask for one."""

from __future__ import annotations

from collections.abc import Sequence

from thirdshift_controller.reports.blocks import Width
from thirdshift_controller.reports.charts.style import (
    OWN,
    OWN_TINTS,
    RENT,
    RENT_TINT,
    bare_y,
    paper,
    sheet,
    svg,
)

_ROOM = 1.22
"""How much wider the sheet is than its longest bar, for the figure at its end."""


def levels(
    own: Sequence[tuple[str, float]], rent: tuple[float, float, float] | None, currency: str
) -> str:
    """Bars of our own, and the band of others: lowest, middle, highest. Prices per GPU-hour."""
    with paper("levels"):
        figure = sheet(Width.HALF, 40)
        axes = figure.subplots()
        rows = len(own) + (rent is not None)
        for row, (name, price) in zip(range(rows - 1, -1, -1), own, strict=False):
            colour = OWN if name == "Available" else OWN_TINTS[1]
            axes.barh(row, price, 0.56, color=colour)
            axes.annotate(f"{price:.2f}", (price, row), (4, 0), **_BESIDE)
        if rent is not None:
            low, middle, high = rent
            axes.barh(0, high - low, 0.56, low, color=RENT_TINT)
            axes.vlines(middle, -0.38, 0.38, RENT, linewidth=2)
            axes.annotate(f"{middle:.2f}", (middle, 0), (4, 0), color=RENT, **_BESIDE)
        names = [name for name, _ in own] + (["Rented"] if rent is not None else [])
        axes.set_yticks(range(rows - 1, -1, -1), names)
        longest = max([price for _, price in own] + ([rent[2]] if rent is not None else []))
        axes.set_xlim(0, longest * (_ROOM if rent is None else 1.02))
        axes.set_xlabel(f"{currency} per GPU-hour")
        bare_y(axes)
        return svg(figure)


_BESIDE = {"textcoords": "offset points", "va": "center"}
