"""A month's electricity: what meters showed, what was filled in, what the bill says."""

from __future__ import annotations

from collections.abc import Mapping

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

_KWH_PER_MWH = 1000.0
_COLOURS = (OWN, OWN_TINTS[2], GREYS[2])


def energy(parts_kwh: Mapping[str, float], billed_kwh: float | None) -> str:
    """The parts of what was reckoned in one bar, above the bill's where there is one."""
    with paper("energy"):
        figure = sheet(Width.FULL, 46)
        axes = figure.subplots()
        left = 0.0
        for (name, kwh), colour in zip(parts_kwh.items(), _COLOURS, strict=True):
            part = kwh / _KWH_PER_MWH
            label = f"{name}, {number(part)} MWh"
            axes.barh(1, part, 0.6, left, color=colour, edgecolor=PAPER, label=label)
            left += part
        rows = {1: "Reckoned"}
        if billed_kwh is not None:
            rows[0] = "Billed"
            billed = billed_kwh / _KWH_PER_MWH
            axes.barh(0, billed, 0.6, color=RENT, label=f"Billed, {number(billed)} MWh")
        axes.set_yticks(list(rows), list(rows.values()))
        axes.set_xlabel("MWh in the month")
        axes.xaxis.set_major_formatter(lambda value, _: number(value))
        bare_y(axes)
        figure.legend(loc="outside lower center", ncols=2, handlelength=1)
        return svg(figure)
