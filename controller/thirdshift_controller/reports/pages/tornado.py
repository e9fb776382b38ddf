"""Page 7: which assumption the result hangs on most."""

from __future__ import annotations

from decimal import Decimal

from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.tco.outlook import Swing
from thirdshift_controller.reports.blocks import Chart, Page, Row, Table, right, wide
from thirdshift_controller.reports.charts.tornado import Span, tornado
from thirdshift_controller.reports.wording import DASH, amount, percent, price

TITLE = "What it hangs on"


def page(figures: MonthFigures) -> Page:
    """The tornado."""
    swings = figures.swings
    base = figures.outlook.levels.available if figures.outlook else None
    if base is None or not swings:
        why = "No assumption has a range, so it cannot be said what the result hangs on."
        return Page(7, TITLE, why, ())
    widest = swings[0]
    lead = (
        f"An available GPU-hour hangs most on one assumption, “{widest.driver}”:"
        f" {price(widest.at_low)} at {widest.low_value}, {price(widest.at_high)} at"
        f" {widest.high_value}."
    )
    caption = "Each bar is one assumption at the two ends of its range, all others as they are."
    drawn = tornado(float(base.amount), [_span(one) for one in swings], base.currency)
    order = "; ".join(one.driver for one in swings)
    chart = Chart(drawn, caption, f"From the widest to the narrowest: {order}.")
    return Page(7, TITLE, lead, (chart, _table(swings)))


def _span(one: Swing) -> Span:
    low, high = float(one.at_low.amount), float(one.at_high.amount)
    return Span(one.driver, one.low_value, one.high_value, low, high)


def _table(swings: tuple[Swing, ...]) -> Table:
    currency = swings[0].at_low.currency
    columns = (
        wide("Assumption"),
        right("Low"),
        right("High"),
        right(f"{currency} at low"),
        right("at high"),
        right("Cards' share"),
        right("Margin of the reference rent"),
    )
    note = f"{currency} per available GPU-hour, economic, over the life."
    return Table("", columns, tuple(_row(one) for one in swings), note=note)


def _row(one: Swing) -> Row:
    return (
        one.driver,
        one.low_value,
        one.high_value,
        amount(one.at_low, 2),
        amount(one.at_high, 2),
        _ends(one.share_at_low, one.share_at_high),
        _ends(one.margin_at_low, one.margin_at_high),
    )


def _ends(low: Decimal | None, high: Decimal | None) -> str:
    if low is None or high is None:
        return DASH
    return f"{percent(low, 0)} to {percent(high, 0)}"
