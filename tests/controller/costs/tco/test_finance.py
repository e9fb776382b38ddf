"""The capital recovery factor against published values, and present values against pyxirr's."""

from __future__ import annotations

from decimal import Decimal

import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

from thirdshift_controller.costs.finance import recovery_factor
from thirdshift_controller.costs.tco.returns import irr, npv


def money() -> st.SearchStrategy[Decimal]:
    return st.integers(1, 10**7).map(Decimal)


@pytest.mark.parametrize(("years", "factor"), [(3, "0.40211"), (15, "0.13147")])
def test_the_published_factors_come_out(years: int, factor: str) -> None:
    assert round(recovery_factor(Decimal("0.10"), years), 5) == Decimal(factor)


def test_free_capital_is_paid_back_in_equal_parts() -> None:
    assert recovery_factor(Decimal(0), 36) == Decimal(1) / 36


@given(st.lists(money(), min_size=1, max_size=60), st.integers(0, 50))
def test_present_value_is_pyxirrs(flows: list[Decimal], percent: int) -> None:
    rate = Decimal(percent) / 100
    monthly = float(1 + rate) ** (1 / 12) - 1
    theirs = pyxirr.npv(monthly, [float(flow) for flow in flows])
    assert float(npv(flows, rate)) == pytest.approx(theirs, rel=1e-9)


@given(money(), st.lists(money(), min_size=6, max_size=60))
def test_the_rate_of_return_is_pyxirrs(price: Decimal, back: list[Decimal]) -> None:
    flows = [-price, *back]
    ours, theirs = irr(flows), pyxirr.irr([float(flow) for flow in flows])
    if ours is not None and theirs is not None:
        assert float(1 + ours) ** (1 / 12) - 1 == pytest.approx(theirs, abs=1e-8)


@given(money(), st.lists(money(), min_size=6, max_size=60))
def test_at_the_rate_of_return_the_flows_are_worth_nothing(
    price: Decimal, back: list[Decimal]
) -> None:
    flows = [-price, *back]
    rate = irr(flows)
    if rate is not None:
        scale = price + sum(back, Decimal(0))
        assert abs(npv(flows, rate)) < scale * Decimal("1e-6")


def test_flows_of_one_sign_have_no_rate_of_return() -> None:
    assert irr([Decimal(5), Decimal(5)]) is None
    assert irr([Decimal(-5), Decimal(-5)]) is None


@given(money(), st.lists(money(), min_size=1, max_size=60), st.integers(0, 40))
def test_an_investment_is_worth_less_at_a_higher_rate(
    price: Decimal, back: list[Decimal], percent: int
) -> None:
    flows = [-price, *back]
    assert npv(flows, Decimal(percent + 1) / 100) < npv(flows, Decimal(percent) / 100)
