"""Page 4: from the budget to what was, cause by cause."""

from __future__ import annotations

from thirdshift_controller.costs.month.figures import REST, Bridge, MonthFigures
from thirdshift_controller.reports.blocks import Chart, Column, Page, Row, Table, right, wide
from thirdshift_controller.reports.charts.waterfall import waterfall
from thirdshift_controller.reports.wording import amount, cause, change, money

TITLE = "From the budget to what was"


def page(figures: MonthFigures) -> Page:
    """The bridge."""
    bridge = figures.bridge
    if bridge is None:
        return Page(
            4, TITLE, "There is no budget for this month, so nothing can differ from it.", ()
        )
    chart = (_chart(bridge),) if any(one.name != REST for one in bridge.causes) else ()
    return Page(4, TITLE, _lead(bridge), (*chart, _table(bridge)))


def _lead(bridge: Bridge) -> str:
    over = bridge.actual - bridge.budget
    if all(one.name == REST for one in bridge.causes):
        return f"The month cost {money(bridge.actual)}, which is what was planned."
    largest = max(bridge.causes, key=lambda one: abs(one.amount.amount))
    side = "more" if over.amount > 0 else "less"
    apart = money(over if over.amount > 0 else bridge.budget - bridge.actual)
    step = f"{cause(largest.name).lower()}, {change(largest.amount)}"
    return f"The month cost {apart} {side} than planned. The largest step is {step}."


def _chart(bridge: Bridge) -> Chart:
    steps = [(cause(one.name), float(one.amount.amount)) for one in bridge.causes]
    budget, actual = float(bridge.budget.amount), float(bridge.actual.amount)
    caption = "Orange is dearer than planned, light blue cheaper. The scale does not begin at zero."
    spoken = "; ".join(f"{cause(one.name)} {change(one.amount)}" for one in bridge.causes)
    return Chart(waterfall(budget, steps, actual, bridge.actual.currency), caption, f"{spoken}.")


def _table(bridge: Bridge) -> Table:
    columns = (Column("Step"), right(bridge.actual.currency), wide("Why"))
    steps: tuple[Row, ...] = tuple(
        (cause(one.name), change(one.amount, 2), one.why) for one in bridge.causes
    )
    rows: tuple[Row, ...] = (("Budget", amount(bridge.budget, 2), ""), *steps)
    return Table("", columns, rows, ("Actual", amount(bridge.actual, 2), ""))
