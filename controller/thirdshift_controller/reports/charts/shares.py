"""What shares of the cost go where: stacked bars, and the pie of the talk that began it all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thirdshift_controller.reports.blocks import Width
from thirdshift_controller.reports.charts.style import (
    GREYS,
    INK,
    OWN,
    OWN_TINTS,
    PAPER,
    SMALL_POINTS,
    bare_y,
    paper,
    sheet,
    svg,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = (*OWN_TINTS, *GREYS)
_DARK = {*OWN_TINTS[:2], *GREYS[:2]}
_LABELLED_FROM = 0.035
"""A smaller part has no room for its figure."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One whole and its parts; the parts of all bars have the same names in the same order."""

    name: str
    parts: Mapping[str, float]
    """Each as a ratio of the whole: eight at most, hardware before what runs."""


def shares(bars: Sequence[Bar]) -> str:
    """Stacked bars, each a hundred per cent long."""
    with paper("shares"):
        figure = sheet(Width.FULL, 28 + 11 * len(bars))
        axes = figure.subplots()
        for row, bar in enumerate(bars):
            _stacked(axes, row, bar)
        axes.set_yticks(range(len(bars)), [bar.name for bar in bars])
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
        axes.set_xlabel("% of the cost")
        bare_y(axes)
        figure.legend(loc="outside lower center", ncols=4, handlelength=1, columnspacing=1.6)
        return svg(figure)


def _stacked(axes: Axes, row: int, bar: Bar) -> None:
    left = 0.0
    for (name, part), colour in zip(bar.parts.items(), _COLOURS, strict=False):
        label = None if row else name
        axes.barh(row, part, 0.62, left, color=colour, edgecolor=PAPER, linewidth=0.8, label=label)
        if part >= _LABELLED_FROM:
            ink = PAPER if colour in _DARK else INK
            text = f"{100 * part:.0f}"
            axes.text(left + part / 2, row, text, color=ink, ha="center", va="center")
        left += part


def pie(name: str, ratio: float) -> str:
    """One share against all the rest."""
    with paper("pie"):
        figure = sheet(Width.HALF, 44)
        axes = figure.subplots()
        axes.pie(
            [ratio, 1 - ratio],
            colors=[OWN, GREYS[3]],
            startangle=90,
            counterclock=False,
            wedgeprops={"edgecolor": PAPER, "linewidth": 1.2},
            labels=[f"{name}\n{100 * ratio:.0f} %", f"All the rest\n{100 - 100 * ratio:.0f} %"],
            textprops={"fontsize": SMALL_POINTS},
            labeldistance=1.15,
        )
        return svg(figure)
