"""Page 3: up to thirteen months, so that a month stands beside the same one a year ago."""

from __future__ import annotations

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import MonthFigures, TrendMonth
from thirdshift_controller.reports.blocks import Chart, Column, Page, Row, Table, right
from thirdshift_controller.reports.charts.trend import Point, trend
from thirdshift_controller.reports.wording import (
    DASH,
    PRICE_PLACES,
    amount,
    count,
    money,
    percent,
    price,
)

TITLE = "How it moved"
_ABBREVIATED = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def page(figures: MonthFigures) -> Page:
    """Cost, own price and the cloud's band, month by month."""
    months = figures.trend
    if len(months) < 2:
        return Page(3, TITLE, "A trend needs two months at least; there are not so many yet.", ())
    points = [_point(one) for one in months]
    caption = (
        "Above: economic cost; a light column is a month that is not closed. Below: an available"
        " GPU-hour of our own, and the band of what others asked on demand; equal distances are"
        " equal ratios."
    )
    costs = sorted((one.cost for one in months), key=lambda cost: cost.amount)
    spoken = f"A month cost between {money(costs[0])} and {money(costs[-1])}."
    chart = Chart(trend(points, figures.currency), caption, spoken)
    return Page(3, TITLE, _lead(months), (chart, _table(figures)))


def _lead(months: tuple[TrendMonth, ...]) -> str:
    first, last = months[0], months[-1]
    own = f"{price(first.levels.available)} in {first.month}, {price(last.levels.available)} now"
    spanned = count(len(months), "month", "months")
    return f"Over {spanned}: an available GPU-hour of our own was {own}."


def _point(one: TrendMonth) -> Point:
    year, month = one.month.split("-")
    name = _ABBREVIATED[int(month) - 1]
    label = f"{name}\n{year}" if name == "Jan" else name
    return Point(
        label,
        float(one.cost.amount),
        one.closed,
        _price(one.levels.available),
        *(_price(rent) for rent in _rents(one)),
    )


def _rents(one: TrendMonth) -> tuple[Money | None, ...]:
    """Lowest, middle, highest, where they can stand beside our own."""
    rents = (one.cloud_low, one.cloud_median, one.cloud_high)
    return tuple(rent if rent and rent.currency == one.cost.currency else None for rent in rents)


def _price(value: Money | None) -> float | None:
    return None if value is None else float(value.amount)


def _table(figures: MonthFigures) -> Table:
    columns = (
        Column("Month"),
        right(f"Cost, {figures.currency}"),
        right("Installed"),
        right("Available"),
        right("Allocated"),
        right("Utilised"),
        right("Rent, low"),
        right("middle"),
        right("high"),
        right("Availability"),
    )
    rows = tuple(_row(one) for one in figures.trend)
    note = (
        f"Prices are {figures.currency} per GPU-hour. A dash is what was not known in that month."
    )
    return Table("", columns, rows, note=note)


def _row(one: TrendMonth) -> Row:
    own = one.levels
    prices = (own.installed, own.available, own.allocated, own.utilised)
    return (
        one.month if one.closed else f"{one.month} (open)",
        amount(one.cost),
        *(amount(cost, PRICE_PLACES) if cost else DASH for cost in (*prices, *_rents(one))),
        percent(one.available_ratio) if one.available_ratio is not None else DASH,
    )
