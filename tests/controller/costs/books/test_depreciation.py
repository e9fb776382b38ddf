"""Book values by each method: published rates, and laws that hold for every life."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.accounts import CARDS, usd
from thirdshift_controller.costs.books.books import Asset, Method
from thirdshift_controller.costs.books.depreciation import book_value

TO_RESIDUAL = (Method.STRAIGHT_LINE, Method.DECLINING, Method.SUM_OF_YEARS)
HALF_A_DIGIT = Decimal("0.00005")
DUST = Decimal("1e-15")


def asset(method: Method, life: int = 36, residual: str = "0", price: int = 120_000) -> Asset:
    return replace(
        CARDS,
        quantity=1,
        unit_price=usd(price),
        life_months=life,
        residual_ratio=Decimal(residual),
        method=method,
    )


@pytest.mark.parametrize(
    ("method", "ratios"),
    [
        (Method.STRAIGHT_LINE, ("1", "0.8", "0.6", "0.4", "0.2", "0")),
        (Method.DECLINING, ("1", "0.6", "0.36", "0.216", "0.108", "0")),
        (Method.SUM_OF_YEARS, ("1", "0.6667", "0.4", "0.2", "0.0667", "0")),
        (Method.MARKET, ("1", "0.625", "0.425", "0.3", "0.2118", "0.1495")),
        (Method.HALVING, ("1", "0.5", "0.25", "0.125", "0.0625", "0.03125")),
    ],
)
def test_the_values_after_whole_years_are_the_schoolbook_ones(
    method: Method, ratios: tuple[str, ...]
) -> None:
    one = asset(method, life=60)
    found = [book_value(one, 12 * year).over(one.price) for year in range(6)]
    for ratio, published in zip(found, ratios, strict=True):
        assert abs(ratio - Decimal(published)) <= HALF_A_DIGIT


def test_declining_stops_at_the_residual() -> None:
    one = asset(Method.DECLINING, life=60, residual="0.25")
    found = [book_value(one, 12 * year).over(one.price) for year in range(6)]
    assert found[2:] == [Decimal("0.36"), Decimal("0.25"), Decimal("0.25"), Decimal("0.25")]


def test_a_years_loss_is_spread_evenly_over_its_months() -> None:
    one = asset(Method.SUM_OF_YEARS, life=30)
    losses = [(book_value(one, k) - book_value(one, k + 1)).amount for k in range(30)]
    for begins, ends in ((0, 12), (12, 24), (24, 30)):
        year = losses[begins:ends]
        assert max(year) - min(year) < DUST
    assert losses[0] > losses[12] > losses[24]


def test_after_its_life_the_value_falls_no_more() -> None:
    for method in Method:
        one = asset(method, life=30)
        assert book_value(one, 31) == book_value(one, 300) == book_value(one, 30)


@given(
    st.sampled_from(list(Method)),
    st.integers(1, 130),
    st.integers(0, 100).map(lambda share: f"{share / 100:.2f}"),
    st.integers(1, 10**9),
)
def test_it_begins_at_the_price_and_never_rises(
    method: Method, life: int, residual: str, price: int
) -> None:
    one = asset(method, life, residual, price)
    values = [book_value(one, month).amount for month in range(life + 1)]
    assert values[0] == price
    assert all(later <= earlier + DUST for earlier, later in pairwise(values))
    if method in TO_RESIDUAL:
        assert abs(values[-1] - one.residual.amount) < price * DUST


@given(
    st.sampled_from(list(Method)),
    st.integers(1, 130),
    st.lists(st.decimals(0, 130, places=3), max_size=20),
)
def test_losses_add_up_however_a_life_is_cut(
    method: Method, life: int, cuts: list[Decimal]
) -> None:
    one = asset(method, life, "0.1")
    marks = [Decimal(0), *sorted(cuts), Decimal(130)]
    losses = [
        (book_value(one, begins) - book_value(one, ends)).amount for begins, ends in pairwise(marks)
    ]
    whole = (one.price - book_value(one, life)).amount
    assert abs(sum(losses) - whole) < DUST
    assert all(loss > -DUST for loss in losses)
