"""The report's one chart: what our own GPU-hour cost beside what others ask for one.

Bars are our own, at the three levels; each dot is one provider's price. A dashed line carries the
own price of an available hour down into the dots: what lies right of it is dearer. The only module
that knows matplotlib, which is slow to import and so waits until a chart is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING

from thirdshift_controller.costs.market.comparison import CloudBand, OwnPrice
from thirdshift_controller.costs.market.prices import CURRENCY, PurchaseOption, Quote
from thirdshift_controller.costs.month.month import MonthFigures

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OWN, RENT, ASIDE, INK = "#1f5fa8", "#c2570c", "#8a939d", "#1d2733"
INSTALLED, AVAILABLE, UTILISED, ON_DEMAND, OTHER_TERMS = 4.0, 3.2, 2.4, 1.1, 0.0
LABELS = {
    INSTALLED: "Own, installed",
    AVAILABLE: "Own, available",
    UTILISED: "Own, utilised",
    ON_DEMAND: "Rent, on demand",
    OTHER_TERMS: "Rent, spot, market",
}
_STACK_WITHIN = 0.2
"""Prices closer than this are stacked, in units of the currency."""
_STACK_STEP = 0.24
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


def price_chart(figures: MonthFigures) -> str:
    """The chart as an `<svg>` element with real text, the same bytes for the same figures."""
    from matplotlib import rcParams
    from matplotlib.figure import Figure

    rcParams.update(
        {
            "svg.hashsalt": "thirdshift",
            "svg.fonttype": "none",
            "font.family": "sans-serif",
            "font.size": 9.0,
            "text.color": INK,
        }
    )
    figure = Figure(figsize=(5.2, 2.9), layout="constrained")
    axes = figure.subplots()
    currency = figures.cost.currency if figures.cost else CURRENCY
    _draw_own(axes, figures.own)
    if currency == CURRENCY:
        _draw_quotes(axes, figures.quotes)
        _draw_band(axes, figures.cloud)
    _frame(axes, currency)
    drawn = StringIO()
    figure.savefig(drawn, format="svg", metadata=_NO_METADATA)
    text = drawn.getvalue()
    return text[text.index("<svg") :]


def _frame(axes: Axes, currency: str) -> None:
    axes.set_yticks(list(LABELS), list(LABELS.values()))
    axes.set_ylim(OTHER_TERMS - 0.4, INSTALLED + 0.4)
    axes.set_xlim(left=0)
    axes.set_xlabel(f"{currency} per GPU-hour")
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#e3e7eb")
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)


def _draw_own(axes: Axes, own: OwnPrice) -> None:
    levels = {INSTALLED: own.installed, AVAILABLE: own.available, UTILISED: own.utilised}
    for row, price in levels.items():
        if price is not None:
            amount = float(price.amount)
            axes.barh(row, amount, height=0.5, color=OWN)
            _write(axes, price.shown(), amount, row, "left", OWN)
    if own.available is not None:
        amount = float(own.available.amount)
        axes.vlines(amount, OTHER_TERMS - 0.4, AVAILABLE - 0.25, OWN, "dashed", linewidth=1)


def _draw_quotes(axes: Axes, quotes: Sequence[Quote]) -> None:
    stacked: Counter[tuple[float, int]] = Counter()
    for quote in quotes:
        on_demand = quote.row.purchase_option is PurchaseOption.ON_DEMAND
        row = ON_DEMAND if on_demand else OTHER_TERMS
        amount = float(quote.row.price.amount)
        place = row, round(amount / _STACK_WITHIN)
        ink = RENT if on_demand and quote.decides else ASIDE
        fill = ink if ink is RENT else "white"
        height = row + _STACK_STEP * stacked[place]
        axes.plot(amount, height, "o", color=ink, markerfacecolor=fill, markersize=5)
        stacked[place] += 1


def _draw_band(axes: Axes, cloud: CloudBand | None) -> None:
    if cloud is None:
        return
    below = ON_DEMAND - 0.5
    names = (
        (cloud.low.row.provider, cloud.low.row.price, "right"),
        ("middle", cloud.median, "left"),
        (cloud.high.row.provider, cloud.high.row.price, "right"),
    )
    for name, price, side in names:
        _write(axes, f"{name} {price.amount:.2f}", float(price.amount), below, side, RENT)
    axes.vlines(float(cloud.median.amount), below, ON_DEMAND + 0.9, RENT, linewidth=1)


def _write(axes: Axes, text: str, amount: float, row: float, side: str, ink: str) -> None:
    """Text beside a point; it covers the dashed line where the two meet."""
    axes.annotate(
        text,
        (amount, row),
        (5 if side == "left" else 0, 0),
        textcoords="offset points",
        ha=side,
        va="center",
        color=ink,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
    )
