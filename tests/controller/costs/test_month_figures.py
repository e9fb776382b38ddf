"""The month's figures of the published example, whole, in part, and with nothing known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from fakes import toronto
from thirdshift_controller.costs.books.file import Category
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.market.comparison import Answer
from thirdshift_controller.costs.market.prices import load_prices
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.month import MonthFigures, month_figures
from thirdshift_controller.costs.usage.hours import inside
from thirdshift_controller.costs.usage.records import NodeHour


@pytest.fixture(scope="module")
def november() -> MonthFigures:
    return toronto.november()


def test_hours_of_the_whole_month_are_counted(november: MonthFigures) -> None:
    assert november.window is not None
    assert (november.window.from_at, november.window.to_at) == (
        toronto.NOVEMBER.from_at,
        toronto.NOVEMBER.to_at,
    )
    assert november.hours.installed == 1024 * 721
    assert november.hours.utilised_ratio == pytest.approx(0.782)


def test_the_price_of_an_hour_is_near_the_published_one(november: MonthFigures) -> None:
    """Published with yearly instalments: 2.388 installed, 2.462 available, 3.149 utilised."""
    prices = (november.own.installed, november.own.available, november.own.utilised)
    published = (Decimal("2.388"), Decimal("2.462"), Decimal("3.149"))
    for ours, theirs in zip(prices, published, strict=True):
        assert ours is not None
        assert abs(ours.amount / theirs - 1) < Decimal("0.04")


def test_the_levels_never_get_cheaper(november: MonthFigures) -> None:
    own = november.own
    assert own.installed is not None
    assert own.available is not None
    assert own.utilised is not None
    assert own.installed <= own.available <= own.utilised


def test_a_node_costs_what_nodes_cost(november: MonthFigures) -> None:
    """Pages of the trade say 450 to 650 thousand for a node over three years."""
    assert november.cost is not None
    over_three_years = november.cost.total.amount * 36 / 128
    assert 450_000 < over_three_years < 650_000


def test_cards_are_about_half_of_the_cost(november: MonthFigures) -> None:
    assert november.cost is not None
    share = november.cost.of(Category.GPU).over(november.cost.total)
    assert Decimal("0.45") < share < Decimal("0.50")


def test_incidents_account_for_the_hours_that_were_not_available(november: MonthFigures) -> None:
    assert november.downtime.whole.gpu_hours == pytest.approx(november.hours.lost)
    assert november.lost_cost is not None
    assert november.lost_cost.shown(0) == "USD 55,212"


def test_owning_beats_renting_in_the_example(november: MonthFigures) -> None:
    assert november.verdict.answer is Answer.YES
    assert november.break_even_ratio is not None
    assert round(november.break_even_ratio, 3) == Decimal("0.602")


def test_a_month_watched_in_part_costs_its_part(november: MonthFigures) -> None:
    part = toronto.first_days()
    assert part.window is not None
    assert part.cost is not None
    assert november.cost is not None
    assert part.window.covered_seconds == 138 * 3600
    assert part.cost.total.over(november.cost.total) == pytest.approx(
        Decimal(138) / 721, abs=Decimal("0.001")
    )
    assert any("5.8 of the month's 30.0 days" in doubt.text for doubt in part.warnings)


def test_a_month_that_nobody_watched_has_no_price() -> None:
    figures = toronto.unwatched()
    assert figures.cost is None
    assert figures.own.installed is None
    assert figures.lost_cost is None
    assert figures.verdict.answer is Answer.UNKNOWN
    assert figures.warnings[0].text == "Not one hour of this month was recorded."


def test_costs_in_another_currency_are_not_compared() -> None:
    figures = toronto.in_canadian_dollars()
    assert figures.own.installed is not None
    assert figures.break_even_ratio is None
    assert figures.verdict.answer is Answer.UNKNOWN


def test_a_gpu_that_the_table_does_not_know_gets_no_verdict() -> None:
    hours = toronto.usage(toronto.NOVEMBER.from_at, toronto.NOVEMBER.from_at + timedelta(hours=2))
    figures = month_figures(
        toronto.site(), toronto.NOVEMBER, hours, [], toronto.costs(), load_prices(), "abacus"
    )
    assert figures.verdict.answer is Answer.UNKNOWN
    assert any("no price of abacus" in doubt.text for doubt in figures.warnings)


def test_a_minute_at_each_edge_is_a_minute_in_the_window() -> None:
    first = NodeHour("gpu-001", toronto.NOVEMBER.from_at, 8 * 60.0, 0.0, 0.0, 0.0, 0.0)
    last = NodeHour(
        "gpu-002", toronto.NOVEMBER.from_at + timedelta(hours=5), 8 * 60.0, 0.0, 0.0, 0.0, 0.0
    )
    figures = month_figures(
        toronto.site(), toronto.NOVEMBER, [first, last], [], toronto.costs(), load_prices(), "h100"
    )
    assert figures.window is not None
    assert figures.window.from_at == toronto.NOVEMBER.from_at + timedelta(minutes=59)
    assert figures.window.to_at == toronto.NOVEMBER.from_at + timedelta(hours=5, minutes=1)
    assert figures.window.covered_seconds == 120.0
    assert figures.window.gap_seconds == 4 * 3600.0
    assert figures.own.available is None


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [
        (
            "America/Toronto",
            datetime(2026, 11, 1, 4, tzinfo=UTC),
            datetime(2026, 12, 1, 4, tzinfo=UTC),
        ),
        ("UTC", datetime(2026, 11, 1, 0, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC)),
        (
            "Asia/Kolkata",
            datetime(2026, 10, 31, 19, tzinfo=UTC),
            datetime(2026, 11, 30, 18, tzinfo=UTC),
        ),
    ],
)
def test_an_hour_belongs_to_the_month_that_it_begins_in(
    zone: str, first: datetime, last: datetime
) -> None:
    month = Month.parse("2026-11", ZoneInfo(zone))
    begin = datetime(2026, 10, 30, tzinfo=UTC)
    every = [
        NodeHour("gpu-001", begin + timedelta(hours=hour), 1.0, 1.0, 1.0, 1.0, 0.0)
        for hour in range(24 * 34)
    ]
    ours = inside(month, every)
    assert (ours[0].hour_at, ours[-1].hour_at) == (first, last)


def test_the_order_of_the_rows_does_not_matter(november: MonthFigures) -> None:
    hours = toronto.usage(toronto.NOVEMBER.from_at, toronto.NOVEMBER.to_at)[::-1]
    spans = list(toronto.downtime())[::-1]
    figures = month_figures(
        toronto.site(), toronto.NOVEMBER, hours, spans, toronto.costs(), load_prices(), "hgx-h100-8"
    )
    assert figures == november


def test_replacing_lost_hours_is_priced_at_the_middle_of_the_band(november: MonthFigures) -> None:
    assert november.cloud is not None
    assert november.replacement == november.cloud.median * Decimal(november.hours.lost)
    assert november.cloud.median == Money(Decimal("3.99"), "USD")
