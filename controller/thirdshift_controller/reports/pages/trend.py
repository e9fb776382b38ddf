"""Page 3: up to thirteen months, so that a month stands beside the same one a year ago."""

from __future__ import annotations

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import MonthFigures, TrendMonth
from thirdshift_controller.reports.blocks import Chart, Column, Page, Row, Table, right
from thirdshift_controller.reports.charts.trend import Point, trend
from thirdshift_controller.reports.wording import DASH, PRICE_PLACES, amount, count, percent, price

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
    chart = Chart(trend(points, figures.currency), caption, f"{caption} {_lead(months)}")
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
        _price(one.cloud_low),
        _price(one.cloud_median),
        _price(one.cloud_high),
    )


def _price(money: Money | None) -> float | None:
    return None if money is None else float(money.amount)


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
    rents = (one.cloud_low, one.cloud_median, one.cloud_high)
    return (
        one.month if one.closed else f"{one.month} (open)",
        amount(one.cost),
        *(amount(money, PRICE_PLACES) if money else DASH for money in (*prices, *rents)),
        percent(one.available_ratio) if one.available_ratio is not None else DASH,
    )
