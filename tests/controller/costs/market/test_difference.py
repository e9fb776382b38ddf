"""The difference of two tables: what moved by more than five percent, what is new, what is gone."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from controller.costs.market.rows import PRICES, prices, row, usd
from thirdshift_controller.costs.market.difference import Difference, difference
from thirdshift_controller.costs.market.prices import CloudPrice

OLD = row(price=usd("4.00"))


def to(price: str) -> Difference:
    return difference([OLD], [row(price=usd(price), as_of=date(2026, 12, 9))])


def test_a_move_of_more_than_five_percent_is_shown_either_way() -> None:
    assert [str(move.ratio) for move in to("4.21").moves] == ["0.0525"]
    assert len(to("3.79").moves) == 1
    for small in ("4.20", "4.00", "3.80"):
        assert (to(small).moves, to(small).steady) == ((), 1)


def test_the_largest_move_stands_first() -> None:
    new = [row(price=usd("5.00")), row(region="ca-central-1", price=usd("2.00"))]
    old = [OLD, row(region="ca-central-1", price=usd("4.00"))]
    assert [str(move.ratio) for move in difference(old, new).moves] == ["-0.5", "0.25"]


def test_the_latest_price_of_a_series_is_compared() -> None:
    history = [row(as_of=date(2026, 9, day), price=usd(f"{day}.00")) for day in (1, 2)]
    (move,) = difference(history, [OLD]).moves
    assert (move.old.price, move.new.price) == (usd("2.00"), usd("4.00"))


def test_what_only_one_table_has_is_new_or_gone() -> None:
    other = row(provider="Ours")
    found = difference([OLD], [other])
    assert (found.moves, found.new, found.gone) == ((), (other,), (OLD,))


@settings(deadline=None)
@given(st.lists(prices(), max_size=8))
def test_a_table_does_not_differ_from_itself(some: list[CloudPrice]) -> None:
    assert difference(some, some).is_empty
    assert difference(PRICES, PRICES).is_empty


@settings(deadline=None)
@given(st.lists(prices(), max_size=8), st.lists(prices(), max_size=8))
def test_new_and_gone_change_places_with_the_tables(
    some: list[CloudPrice], others: list[CloudPrice]
) -> None:
    there, back = difference(some, others), difference(others, some)
    assert {price.series for price in there.new} == {price.series for price in back.gone}
    assert {price.series for price in there.gone} == {price.series for price in back.new}
