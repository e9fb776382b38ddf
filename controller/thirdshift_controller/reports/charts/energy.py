"""A month's electricity: what meters showed, what was filled in, what the bill says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from thirdshift_controller.reports.blocks import Width
from thirdshift_controller.reports.charts.style import (
    GREYS,
    OWN,
    OWN_TINTS,
    PAPER,
    RENT,
    bare_y,
    paper,
    sheet,
    svg,
)
from thirdshift_controller.reports.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_KWH_PER_MWH = 1000.0
_COLOURS = (OWN, OWN_TINTS[2], GREYS[2])
_BAR = 0.6


def energy(parts_kwh: Mapping[str, float], billed_kwh: float | None) -> str:
    """Three parts of what was reckoned in one bar, above the bill's where there is one."""
    with paper("energy"):
        rows = ["Reckoned"] if billed_kwh is None else ["Reckoned", "Billed"]
        figure = sheet(Width.FULL, 28 + 8 * len(rows))
        axes = figure.subplots()
        _reckoned(axes, parts_kwh)
        if billed_kwh is not None:
            billed = billed_kwh / _KWH_PER_MWH
            axes.barh(1, billed, _BAR, color=RENT, label=f"Billed, {number(billed)} MWh")
        axes.set_yticks(range(len(rows)), rows)
        axes.invert_yaxis()
        axes.set_xlabel("MWh in the month")
        axes.xaxis.set_major_formatter(lambda value, _: number(value))
        bare_y(axes)
        figure.legend(loc="outside lower center", ncols=2, handlelength=1)
        return svg(figure)


def _reckoned(axes: Axes, parts_kwh: Mapping[str, float]) -> None:
    left = 0.0
    for (name, kwh), colour in zip(parts_kwh.items(), _COLOURS, strict=True):
        part = kwh / _KWH_PER_MWH
        label = f"{name}, {number(part)} MWh"
        axes.barh(0, part, _BAR, left, color=colour, edgecolor=PAPER, label=label)
        left += part
