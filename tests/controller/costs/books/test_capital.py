"""The capital recovery factor, against published values and its own law."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thirdshift_controller.costs.books.capital import (
    level_charge,
    monthly_rate,
    recovery_factor,
    straight_line,
)

TEN_PERCENT = Decimal("0.10")


@pytest.mark.parametrize(
    ("years", "factor"), [(3, "0.40211"), (15, "0.13147")], ids=["3 years", "15 years"]
)
def test_the_published_factors_come_out(years: int, factor: str) -> None:
    assert round(recovery_factor(TEN_PERCENT, years), 5) == Decimal(factor)


def test_the_published_charge_with_salvage_comes_out() -> None:
    charge = level_charge(Decimal("47.86"), Decimal("10.67"), TEN_PERCENT, 3)
    assert round(charge, 2) == Decimal("16.02")


def test_free_capital_leaves_straight_line_depreciation() -> None:
    price, residual = Decimal(36000), Decimal(9000)
    worn = straight_line(price, residual, 36)
    assert worn == 750
    assert abs(level_charge(price, residual, Decimal(0), 36) - worn) < Decimal("1e-20")


def test_twelve_months_make_the_rate_of_a_year() -> None:
    assert round((1 + monthly_rate(TEN_PERCENT)) ** 12, 20) == Decimal("1.10")


@given(
    st.integers(1, 10**9).map(Decimal),
    st.integers(0, 100).map(lambda share: Decimal(share) / 100),
    st.integers(0, 30).map(lambda rate: Decimal(rate) / 100),
    st.integers(1, 120),
)
def test_all_charges_and_the_residual_are_worth_the_price(
    price: Decimal, share: Decimal, rate_per_year: Decimal, months: int
) -> None:
    rate, residual = monthly_rate(rate_per_year), price * share
    charge = level_charge(price, residual, rate, months)
    present = sum(charge / (1 + rate) ** month for month in range(1, months + 1))
    present += residual / (1 + rate) ** months
    assert abs(present - price) < price * Decimal("1e-15")
