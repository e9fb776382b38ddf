"""Amounts of one currency."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thirdshift_controller.costs.money import CurrencyError, Money, total

CENTS = st.integers(-(10**12), 10**12).map(lambda cents: Decimal(cents) / 100)


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def test_two_currencies_never_add_and_never_compare() -> None:
    with pytest.raises(CurrencyError, match="USD and CAD"):
        usd("1") + Money(Decimal(1), "CAD")
    with pytest.raises(CurrencyError):
        assert usd("1") < Money(Decimal(2), "CAD")


def test_it_is_rounded_only_where_it_is_shown() -> None:
    third = usd("1").per(Decimal(3))
    assert third is not None
    assert (third * 3).shown() == "USD 1.00"
    assert usd("1234567.125").shown() == "USD 1,234,567.12"
    assert usd("2.5").shown(0) == "USD 2"


def test_more_digits_than_are_counted_with_are_shown_all_the_same() -> None:
    assert Money(Decimal("1e30"), "USD").shown() == f"USD 1{',000' * 10}.00"


def test_nothing_has_no_price() -> None:
    assert usd("5").per(Decimal(0)) is None


@given(st.lists(CENTS, max_size=8))
def test_a_sum_does_not_depend_on_the_order(amounts: list[Decimal]) -> None:
    money = [Money(amount, "USD") for amount in amounts]
    assert total(money, "USD") == total(money[::-1], "USD")


@given(CENTS, CENTS)
def test_taking_away_undoes_adding(one: Decimal, other: Decimal) -> None:
    assert Money(one, "CAD") + Money(other, "CAD") - Money(other, "CAD") == Money(one, "CAD")
