"""A GPU-hour of our own at its four levels, beside what others ask for one: chart and tables."""

from __future__ import annotations

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.reports.blocks import (
    Block,
    Chart,
    Pair,
    Row,
    Single,
    Table,
    Width,
    right,
    wide,
)
from thirdshift_controller.reports.charts.levels import levels
from thirdshift_controller.reports.pages.rent import band, option
from thirdshift_controller.reports.wording import PRICE_PLACES, amount, count, day, number, price

_MAIN = "Available"
"""The level that rent is held against."""


def price_ladder(figures: MonthFigures) -> tuple[Block, ...]:
    """Chart and tables side by side; nothing where no hour has a price."""
    if not _priced(figures):
        return ()
    tables: tuple[Single, ...] = (_own_table(figures), *_rent_table(figures))
    return (Pair((_chart(figures),), tables),)


def _chart(figures: MonthFigures) -> Chart:
    own, rent = _priced(figures), band(figures)
    caption = "Our own GPU-hour at its levels. No rent can stand beside it."
    if rent is not None:
        terms = option(rent.option).lower()
        caption = f"Our own GPU-hour at its levels; the band of others, {terms}, with its middle."
    prices = [(name, float(cost.amount)) for name, cost in own]
    svg = levels(prices, _MAIN, rent.ends if rent else None, figures.currency)
    spoken = "; ".join(f"{name} {price(cost)}" for name, cost in own)
    if rent is not None:
        spoken += f"; rented {price(rent.low)} to {price(rent.high)}, middle {price(rent.middle)}"
    return Chart(svg, caption, f"{spoken}.", Width.HALF)


def _levels(figures: MonthFigures) -> tuple[tuple[str, float | None, Money | None], ...]:
    use, own = figures.use, figures.levels
    return (
        ("Installed", use.installed, own.installed),
        (_MAIN, use.available, own.available),
        ("Allocated", use.allocated_hours, own.allocated),
        ("Utilised", use.utilised, own.utilised),
    )


def _priced(figures: MonthFigures) -> list[tuple[str, Money]]:
    return [(name, cost) for name, _, cost in _levels(figures) if cost is not None]


def _own_table(figures: MonthFigures) -> Table:
    columns = (wide("Our own"), right("GPU-hours"), right(f"{figures.currency} for one"))
    rows: tuple[Row, ...] = tuple(
        (name, number(hours), amount(cost, PRICE_PLACES)) for name, hours, cost in _levels(figures)
    )
    return Table("", columns, rows)


def _rent_table(figures: MonthFigures) -> tuple[Table, ...]:
    cloud = figures.cloud
    if cloud is None:
        return ()
    low, high, terms = cloud.low.row, cloud.high.row, option(cloud.option).lower()
    columns = (wide(f"Rented, {terms}"), right("As of"), right(f"{low.price.currency} for one"))
    middle = count(cloud.providers, "provider", "providers")
    rows: tuple[Row, ...] = (
        (f"Lowest, {low.provider}", day(low.as_of), amount(low.price, PRICE_PLACES)),
        (f"Middle of {middle}", "", amount(cloud.median, PRICE_PLACES)),
        (f"Highest, {high.provider}", day(high.as_of), amount(high.price, PRICE_PLACES)),
    )
    return (Table("", columns, rows),)
