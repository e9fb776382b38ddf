"""Which prices stand for a day or a month, how they age, and which may decide."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.costs.market.rows import PRICES, prices, row, usd
from thirdshift_controller.costs.market.prices import (
    CloudPrice,
    Freshness,
    PurchaseOption,
    Quality,
    Quote,
    quotes_between,
    quotes_on,
)
from thirdshift_controller.costs.money import Money

DAY = date(2026, 11, 9)
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def on(day: int, price: str) -> CloudPrice:
    return row(as_of=date(2026, 11, day), price=usd(price))


def test_the_latest_price_of_a_series_by_the_day_is_taken() -> None:
    def runpod(on: date) -> Decimal:
        quotes = quotes_on(PRICES, "H100", on)
        return next(q.row.price.amount for q in quotes if q.row.sku == "H100 SXM secure")

    assert runpod(date(2026, 8, 31)) == Decimal("3.29")
    assert runpod(date(2026, 9, 30)) == Decimal("3.49")
    assert runpod(date(2026, 11, 30)) == Decimal("3.99")


@pytest.mark.parametrize(
    ("snapshots", "price", "age_days", "number"),
    [
        ([(3, "6.00"), (9, "9.00"), (20, "7.00")], "7.00", 10, 3),
        ([(3, "6.00"), (20, "7.00")], "6.00", 27, 2),
        ([(20, "7.00")], "7.00", 10, 1),
    ],
)
def test_a_month_is_stood_for_by_the_middle_one_of_its_snapshots(
    snapshots: list[tuple[int, str]], price: str, age_days: int, number: int
) -> None:
    before = row(as_of=date(2026, 9, 1), price=usd("1.00"))
    rows = [before, *(on(day, amount) for day, amount in snapshots)]
    (quote,) = quotes_between(rows, "H100", FIRST, LAST)
    assert (quote.row.price, quote.age_days, quote.snapshots) == (usd(price), age_days, number)


def test_a_month_without_a_snapshot_takes_the_latest_before_it_with_its_age() -> None:
    rows = [row(as_of=date(2026, 9, day), price=usd(f"{day}.00")) for day in (1, 16)]
    (quote,) = quotes_between(rows, "H100", FIRST, LAST)
    assert (quote.row.price, quote.age_days) == (usd("16.00"), 75)
    assert quote.freshness is Freshness.AMBER


def test_a_price_that_is_not_in_force_yet_is_not_used() -> None:
    announced = row(effective_from=date(2026, 11, 16))
    assert quotes_on([announced], "H100", date(2026, 11, 15)) == ()
    assert len(quotes_on([announced], "H100", date(2026, 11, 16))) == 1


@pytest.mark.parametrize(
    ("age_days", "freshness", "decides"),
    [
        (45, Freshness.FRESH, True),
        (46, Freshness.AMBER, True),
        (90, Freshness.AMBER, True),
        (91, Freshness.RED, False),
    ],
)
def test_a_price_ages(age_days: int, freshness: Freshness, decides: bool) -> None:
    quote = Quote(row(), age_days)
    assert (quote.freshness, quote.decides) == (freshness, decides)


@pytest.mark.parametrize("quality", [Quality.INDEX, Quality.BLOG])
def test_a_verdict_never_rests_on_an_average_or_on_hearsay(quality: Quality) -> None:
    assert not Quote(row(quality=quality), 0).decides


@pytest.mark.parametrize(
    ("n_quotes", "quality", "decides"),
    [
        (16, Quality.INDEX, True),
        (5, Quality.QUOTE, True),
        (4, Quality.LIST, False),
        (None, Quality.LIST, False),
        (16, Quality.BLOG, False),
    ],
)
def test_a_marketplace_decides_from_five_offers_on(
    n_quotes: int | None, quality: Quality, decides: bool
) -> None:
    market = row(purchase_option=PurchaseOption.MARKET, n_quotes=n_quotes, quality=quality)
    assert Quote(market, 0).decides is decides


def test_neither_a_doubtful_unit_nor_another_currency_decides() -> None:
    assert not Quote(row(unit_ok=False), 0).decides
    assert not Quote(row(price=Money(Decimal("9.60"), "CAD")), 0).decides


def test_prices_of_two_currencies_stand_side_by_side_dollars_first() -> None:
    cad = row(price=Money(Decimal("0.50"), "CAD"))
    quotes = quotes_on([cad, row()], "H100", DAY)
    assert [quote.row.price.currency for quote in quotes] == ["USD", "CAD"]


@settings(deadline=None)
@given(st.integers(0, 200))
def test_no_price_of_the_future_is_used_and_the_cheapest_comes_first(days: int) -> None:
    on = date(2026, 8, 1) + timedelta(days=days)
    quotes = quotes_on(PRICES, "H100", on)
    assert all(quote.age_days >= 0 for quote in quotes)
    amounts = [quote.row.price.amount for quote in quotes]
    assert amounts == sorted(amounts)
    assert {quote.row.purchase_option for quote in quotes} <= set(PurchaseOption)


@settings(deadline=None)
@given(st.lists(prices(), max_size=12), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_a_quote_is_a_price_of_the_table_from_no_later_than_its_day(
    some: list[CloudPrice], first: date
) -> None:
    last = first + timedelta(days=30)
    quotes = quotes_between(some, "H100", first, last)
    assert all(quote.row in some and quote.row.holds_from <= last for quote in quotes)
    assert len({quote.row.series for quote in quotes}) == len(quotes)
