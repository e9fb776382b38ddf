"""A plan takes from the books what holds on its day, in one currency, equal assets together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from fakes.worked_example import (
    ACTIVITY,
    ASSETS,
    BOOKS,
    MONTHS,
    READ,
    TENTH,
    asset,
    contract,
    example,
)
from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.books.books import Basis, Tax
from thirdshift_controller.costs.exchange import Exchange
from thirdshift_controller.costs.money import CurrencyError, Money
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.tco.life import outlook
from thirdshift_controller.costs.tco.plan import Pool, plan
from thirdshift_controller.costs.tco.spending import per_year, value_at_end, wear


def test_a_register_by_serial_number_makes_the_same_plan_as_one_line() -> None:
    one = asset("switches", Line.SWITCHES, 48, 36_000)
    by_serial = tuple(
        replace(one, name=f"switch {number}", quantity=1) for number in range(one.quantity)
    )
    assert example(replace(BOOKS, assets=by_serial)).pools == (
        Pool(Line.SWITCHES, MONTHS, TENTH, Decimal(48 * 36_000)),
    )


def test_an_asset_counts_from_the_day_it_was_bought_to_the_end_of_its_life() -> None:
    card = replace(ASSETS[0], bought_on=date(2026, 3, 5), in_service_on=date(2026, 4, 10))

    def counts(on: date) -> bool:
        return bool(plan(replace(BOOKS, assets=(card,), contracts=()), ACTIVITY, MONTHS, on).pools)

    assert not counts(date(2026, 3, 4))
    assert counts(date(2026, 3, 5))
    assert counts(date(2029, 4, 9))
    assert not counts(date(2029, 4, 10))


def test_an_asset_in_service_at_a_long_months_end_wears_out_at_a_short_ones() -> None:
    card = replace(ASSETS[0], in_service_on=date(2026, 8, 31), life_months=6)
    books = replace(BOOKS, assets=(card,))
    assert plan(books, ACTIVITY, MONTHS, date(2027, 2, 27)).pools
    assert not plan(books, ACTIVITY, MONTHS, date(2027, 2, 28)).pools


def test_a_contract_counts_while_it_is_in_force() -> None:
    hall = replace(BOOKS.contracts[0], from_on=date(2026, 3, 1), to_on=date(2026, 12, 1))
    books = replace(BOOKS, contracts=(hall,))
    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 11, 30), date(2026, 12, 1))
    assert [len(plan(books, ACTIVITY, MONTHS, on).contracts) for on in days] == [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("basis", "quantity", "a_year"),
    [
        (Basis.MONTH, 2, 240),
        (Basis.YEAR, 2, 20),
        (Basis.HOUR, 1, 87_600),
        (Basis.ROTA_HOUR, 1, 50_000),
        (Basis.KW_MONTH, 3, 360),
        (Basis.GPU_YEAR, 1, 10_240),
        (Basis.REPAIR, 1, 4_000),
        (Basis.PRICE_YEAR, 1, 17_280_000),
    ],
)
def test_a_contract_costs_a_year_by_its_basis(basis: Basis, quantity: int, a_year: int) -> None:
    activity = replace(ACTIVITY, rota_hours_per_year=Decimal(5_000), repairs_per_year=Decimal(400))
    ten = contract("ten", Line.SUPPORT, basis, 10, quantity, of=(Line.SWITCHES,))
    assert per_year(example(replace(BOOKS, contracts=(ten,)), activity), ten) == a_year


def test_what_is_paid_in_another_currency_is_told_in_that_of_the_books() -> None:
    seat = next(each for each in example().contracts if each.line is Line.TECHNICIANS)
    assert seat.currency == "USD"
    assert abs(seat.amount * Decimal("1.4064") - 50) < Decimal("1e-20")


def test_a_currency_without_a_rate_is_an_error_not_a_sum() -> None:
    with pytest.raises(CurrencyError, match="CAD and USD"):
        example(replace(BOOKS, exchange=Exchange()))


def test_a_site_without_gpus_is_refused_in_words() -> None:
    with pytest.raises(ConfigError, match="a GPU"):
        example(BOOKS, replace(ACTIVITY, gpus=0))


def test_only_a_tax_that_nobody_gives_back_costs_anything() -> None:
    tax = Tax("sales tax", TENTH, (Line.COLO, Line.SWITCHES), recoverable=False, origin=READ)

    def taxed(*taxes: Tax) -> dict[Line, Money]:
        ahead = outlook(example(replace(BOOKS, taxes=taxes)))
        return {each.line: each.amount for each in ahead.lines}

    assert Line.TAX not in taxed(replace(tax, recoverable=True))
    lines = taxed(tax)
    assert lines[Line.TAX] == (lines[Line.COLO] + lines[Line.SWITCHES]) * TENTH


def test_what_wears_out_sooner_than_the_plan_is_bought_again() -> None:
    worn = wear(Pool(Line.NODES, 36, Decimal("0.25"), Decimal(1_000)), 120, TENTH)
    assert worn.bought == 4_000
    assert worn.residual == 3 * 250 + round(1_000 - 750 * Decimal(12) / 36)


def test_what_outlives_the_plan_keeps_a_value_by_straight_line() -> None:
    hall = Pool(Line.RACKS, 120, Decimal(0), Decimal(1_000))
    assert value_at_end(hall, 36) == 700
    assert value_at_end(hall, 120) == 0


def test_a_charge_by_the_year_with_salvage_comes_out() -> None:
    salvage = Decimal("10.67") / Decimal("47.86")
    worn = wear(Pool(Line.NODES, 36, salvage, Decimal("47.86")), 12, TENTH)
    assert round(worn.charged, 2) == Decimal("16.02")


def test_ten_years_of_replacement_cost_the_same_an_hour_as_one_life() -> None:
    ten, three = (outlook(example(months=months)).levels for months in (120, 36))
    assert ten.available is not None
    assert three.available is not None
    assert abs(ten.available.amount - three.available.amount) < Decimal("1e-15")


def test_no_hours_of_a_level_have_no_price() -> None:
    unused = outlook(example(BOOKS, replace(ACTIVITY, allocated_ratio=Decimal(0)))).levels
    assert unused.available is not None
    assert unused.allocated is None
    assert unused.utilised is None


def test_a_rate_of_exchange_holds_from_its_day() -> None:
    assert plan(BOOKS, ACTIVITY, MONTHS, date(2026, 9, 22)).contracts
    with pytest.raises(CurrencyError):
        plan(BOOKS, ACTIVITY, MONTHS, date(2026, 9, 21))
