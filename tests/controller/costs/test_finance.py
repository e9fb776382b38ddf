"""The capital recovery factor and the level charge, against published values and their own law."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thirdshift_controller.costs.finance import annual_charge, recovery_factor

TEN_PERCENT = Decimal("0.10")


@pytest.mark.parametrize(("years", "factor"), [(3, "0.40211"), (15, "0.13147")])
def test_the_published_factors_come_out(years: int, factor: str) -> None:
    assert round(recovery_factor(TEN_PERCENT, years), 5) == Decimal(factor)


def test_free_capital_is_returned_in_equal_parts() -> None:
    assert recovery_factor(Decimal(0), 4) == Decimal("0.25")
    assert recovery_factor(Decimal(0), Decimal("2.5")) == Decimal("0.4")


def test_the_published_charge_with_salvage_comes_out() -> None:
    charge = annual_charge(Decimal("47.86"), Decimal("10.67"), TEN_PERCENT, Decimal(3))
    assert round(charge, 2) == Decimal("16.02")


@given(
    st.integers(1, 10**9).map(Decimal),
    st.integers(0, 100).map(lambda share: Decimal(share) / 100),
    st.integers(0, 30).map(lambda rate: Decimal(rate) / 100),
    st.integers(1, 20),
)
def test_all_charges_and_the_residual_are_worth_the_price(
    price: Decimal, share: Decimal, rate: Decimal, years: int
) -> None:
    residual = price * share
    charge = annual_charge(price, residual, rate, Decimal(years))
    present = sum(charge / (1 + rate) ** year for year in range(1, years + 1))
    present += residual / (1 + rate) ** years
    assert abs(present - price) < price * Decimal("1e-20")
