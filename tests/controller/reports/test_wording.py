"""How figures read: rounded half to even, thousands apart, and no number where there is none."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.reports import wording


def test_an_amount_has_its_thousands_apart_and_a_real_minus() -> None:
    assert wording.money(Money(Decimal("1792204.75"), "USD")) == "USD 1,792,205"
    assert wording.amount(Money(Decimal("-812.38"), "USD"), 2) == f"{wording.MINUS}812.38"
    assert wording.change(Money(Decimal("9118.77"), "USD")) == "+9,119"


def test_a_source_is_told_as_it_was_written() -> None:
    assert wording.opening("series FX_USD_CAD") == "Series FX_USD_CAD"


def test_a_number_of_more_digits_than_are_counted_with_is_told() -> None:
    assert wording.number(Decimal("1e30"), 1) == f"1{',000' * 10}.0"


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert wording.number(-0.2) == "0"
    assert wording.change(Money(Decimal("0.4"), "USD")) == "0"


def test_a_half_goes_to_the_even_side() -> None:
    assert [wording.number(value) for value in (0.5, 1.5, 2.5)] == ["0", "2", "2"]
    assert wording.percent(Decimal("0.0825"), 1) == "8.2 %"


def test_what_cannot_be_said_is_not_known() -> None:
    assert {
        wording.money(None),
        wording.price(None),
        wording.amount(None),
        wording.number(None),
        wording.percent(None),
    } == {wording.UNKNOWN}


def test_every_line_has_a_name_that_begins_with_a_capital() -> None:
    names = [wording.line(one) for one in Line]
    assert len(set(names)) == len(Line)
    assert all(name[0].isupper() and "_" not in name for name in names)


def test_words_are_listed_as_people_do() -> None:
    assert wording.listed(["a"]) == "a"
    assert wording.listed(["a", "b"]) == "a and b"
    assert wording.listed(["a", "b", "c"]) == "a, b and c"


@given(st.decimals(-(10**12), 10**12, places=4), st.integers(0, 4))
def test_a_figure_reads_back_as_itself_rounded(value: Decimal, places: int) -> None:
    read = Decimal(wording.number(value, places).replace(",", "").replace(wording.MINUS, "-"))
    assert abs(read - value) <= Decimal("0.5").scaleb(-places)
