"""Rents beside owning: margin, break-even, payback and return of the published table."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.worked_example import ACTIVITY, BOOKS, MONTHS, example, usd
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.tco.outlook import Rival
from thirdshift_controller.costs.tco.rivals import Rent, payback_said, rivals


def rival(price: str | Decimal) -> Rival:
    (found,) = rivals(example(), [Rent("neocloud", usd(price))])
    return found


@pytest.mark.parametrize(
    ("price", "margin", "use", "months", "percent"),
    [
        ("1.70", "-45", "145", 70, "-14"),
        ("2.35", "-5", "105", 43, "3"),
        ("2.69", "8", "92", 36, "13"),
        ("2.99", "18", "82", 31, "21"),
        ("3.46", "29", "71", 26, "35"),
        ("3.99", "38", "62", 22, "51"),
        ("4.50", "45", "55", 19, "68"),
        ("6.155", "60", "40", 14, "129"),
        ("6.88", "64", "36", 12, "159"),
        ("7.912", "69", "31", 10, "208"),
        ("12.29", "80", "20", 7, "502"),
    ],
)
def test_a_published_row_comes_out(
    price: str, margin: str, use: str, months: int, percent: str
) -> None:
    """Where the table has 13 and 6 months, the rent has paid for all in the month after."""
    found = rival(price)
    assert found.irr_ratio is not None
    ratios = found.margin_ratio, found.break_even_ratio, found.irr_ratio
    assert [round(ratio * 100) for ratio in ratios] == [int(margin), int(use), int(percent)]
    assert found.payback_months == months


def test_a_payback_beyond_the_life_is_said_to_be_never_in_it() -> None:
    assert payback_said(rival("2.99"), MONTHS) == "after 31"
    assert payback_said(rival("2.35"), MONTHS) == "never in 36 (after 43)"
    assert payback_said(rival("1.00"), MONTHS) == "never in 120"


def test_at_the_own_price_of_an_available_hour_nothing_is_kept() -> None:
    own = rival("2.99").break_even_ratio * Decimal("2.99")
    assert abs(rival(own).margin_ratio) < Decimal("1e-20")


def test_a_rent_in_another_currency_is_told_in_that_of_the_books() -> None:
    (found,) = rivals(example(), [Rent("north", Money(Decimal("4.205136"), "CAD"))])
    assert round(found.price.amount, 10) == Decimal("2.99")


def test_where_nothing_is_available_there_is_nothing_to_set_beside() -> None:
    idle = example(BOOKS, replace(ACTIVITY, available_ratio=Decimal(0)))
    assert rivals(idle, [Rent("neocloud", usd("2.99"))]) == ()


def test_replacement_in_ten_years_is_paid_when_it_comes() -> None:
    (long,) = rivals(example(months=120), [Rent("neocloud", usd("2.99"))])
    assert long.payback_months == rival("2.99").payback_months
    assert long.npv.amount > rival("2.99").npv.amount


@given(st.integers(100, 1_500), st.integers(1, 500))
def test_a_higher_rent_pays_back_no_later_and_is_worth_more(cents: int, more: int) -> None:
    low, high = (rival(Decimal(price) / 100) for price in (cents, cents + more))
    assert high.npv.amount > low.npv.amount
    assert high.margin_ratio > low.margin_ratio
    assert low.payback_months is None or (
        high.payback_months is not None and high.payback_months <= low.payback_months
    )
