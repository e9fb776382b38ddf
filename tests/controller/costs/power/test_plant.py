"""Claim M15: a plant of our own beside the grid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.costs.power.halls import EXAMPLES, ORIGIN
from thirdshift_controller.costs.money import CurrencyError, Money
from thirdshift_controller.costs.power.constant_load import flat_price
from thirdshift_controller.costs.power.files.load import load_power
from thirdshift_controller.costs.power.plant import Plant, own_and_grid, plant_cost

CAD_PER_USD = Decimal("1.4064")
ON, KW = date(2026, 11, 15), Decimal("1354.05")
ENGINES = load_power(EXAMPLES / "class_a.toml").plant
assert ENGINES is not None
amounts = st.decimals(0, 100, places=2)


def engines(**changes: Any) -> Plant:
    assert ENGINES is not None
    return replace(ENGINES, **changes)


def per_mwh(plant: Plant) -> Decimal:
    return plant_cost(plant).per_mwh.amount


def test_gas_engines_come_to_87_us_dollars_per_mwh() -> None:
    """What such engines were reckoned at, from C$2,110 (US$1,500) a kW, N+1, 15 years at 10 %."""
    assert round(per_mwh(engines()) / CAD_PER_USD) == 87


def test_the_parts_are_the_formulas() -> None:
    cost = plant_cost(engines(carbon_per_tonne=Decimal(20)))
    assert cost.capital.shown() == "CAD 43.98"  # 0.13147 * 2110 * 1.25 / (8.76 * 0.9)
    assert cost.fuel == Money(Decimal("57.2"), "CAD")  # 8.8 * 6.5
    assert cost.carbon.amount == Decimal("8.85280")  # 8.8 * 0.0503 * 20
    assert cost.upkeep == Money(Decimal("21.1"), "CAD")


@pytest.mark.parametrize(
    ("file", "grid_usd", "own_is_cheaper"), [("class_a", 82, False), ("class_b", 110, True)]
)
def test_it_depends_on_the_class(file: str, grid_usd: int, own_is_cheaper: bool) -> None:
    beside = own_and_grid(engines(), flat_price(load_power(EXAMPLES / f"{file}.toml"), KW, ON))
    assert round(beside.grid.amount / CAD_PER_USD) == grid_usd
    assert beside.own_is_cheaper is own_is_cheaper


def test_a_grid_in_another_currency_cannot_be_compared() -> None:
    with pytest.raises(CurrencyError):
        assert own_and_grid(engines(), Money(Decimal("0.082"), "USD")).own_is_cheaper


def test_without_interest_capital_is_spread_evenly() -> None:
    free = engines(capital_ratio_per_year=Decimal(0), spare_ratio=Decimal(0))
    cost = plant_cost(free).capital.amount
    assert round(cost, 6) == round(Decimal(2110) / 15 / (Decimal("8.76") * Decimal("0.9")), 6)


@given(amounts, amounts)
def test_dearer_inputs_make_dearer_energy(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    for name in (
        *("capital_per_kw", "spare_ratio", "heat_rate_gj_per_mwh", "gas_per_gj"),
        *("upkeep_per_mwh", "carbon_per_tonne", "capital_ratio_per_year"),
    ):
        assert per_mwh(engines(**{name: low})) <= per_mwh(engines(**{name: high}))


@given(st.decimals("0.01", 1, places=2), st.decimals("0.01", 1, places=2))
def test_a_plant_that_runs_more_is_cheaper(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    often, seldom = engines(capacity_factor_ratio=high), engines(capacity_factor_ratio=low)
    assert per_mwh(often) <= per_mwh(seldom)


def test_the_origin_is_an_assumption_until_there_is_an_offer() -> None:
    assert engines().origin.is_assumption
    assert not replace(engines(), origin=ORIGIN).origin.is_assumption
