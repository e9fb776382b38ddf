"""What an hour in use costs as more or fewer of the hours that are owned are used."""

from __future__ import annotations

from collections.abc import Sequence

from thirdshift_controller.reports.blocks import Width
from thirdshift_controller.reports.charts.style import (
    INK,
    OWN,
    RENT,
    SMALL_POINTS,
    bare_x,
    paper,
    sheet,
    svg,
)

_FROM_RATIO = 0.15
_ROOM = 1.2
"""Of the sheet above the dearest rent."""


def break_even(
    available: float, rents: Sequence[tuple[str, float]], used_ratio: float | None, currency: str
) -> str:
    """Our own curve and the rents that it falls below; prices per GPU-hour.

    `available` is the price of an available hour: all of them are paid, whatever is used.
    """
    with paper("break-even"):
        figure = sheet(Width.FULL, 78)
        axes = figure.subplots()
        used = [_FROM_RATIO + step * (1 - _FROM_RATIO) / 200 for step in range(201)]
        axes.plot([100 * one for one in used], [available / one for one in used], color=OWN, lw=2.2)
        for name, price in rents:
            axes.axhline(price, color=RENT, linewidth=1)
            at = 100, price
            text = f"{name} {price:.2f}"
            axes.annotate(
                text, at, (0, 2), textcoords="offset points", color=RENT, ha="right",
                fontsize=SMALL_POINTS,
            )
            turning = available / price
            if _FROM_RATIO <= turning <= 1:
                axes.plot(100 * turning, price, "o", color=RENT, markersize=4)
        if used_ratio:
            _this_month(axes, available / used_ratio, used_ratio)
        axes.set_xlim(100 * _FROM_RATIO, 100)
        highest = max([price for _, price in rents], default=4 * available)
        axes.set_ylim(0, highest * _ROOM)
        axes.set_xlabel("% of available GPU-hours used")
        axes.set_ylabel(f"{currency} per used GPU-hour")
        bare_x(axes)
        return svg(figure)


def _this_month(axes: object, price: float, used_ratio: float) -> None:
    from matplotlib.axes import Axes

    assert isinstance(axes, Axes)
    at = 100 * used_ratio, price
    axes.plot(*at, "o", color=OWN, markersize=7, markeredgecolor="white")
    axes.annotate(
        f"this month {price:.2f}", at, (-4, -13), textcoords="offset points", ha="right", color=OWN
    )
    axes.axvline(100 * used_ratio, color=INK, linewidth=0.6, linestyle=(0, (3, 3)))
