"""The all-in price of a kilowatt-hour of a load that never changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.costs.power.halls import EXAMPLES, ORIGIN, TORONTO, near, power, tariff
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.power.constant_load import flat_price
from thirdshift_controller.costs.power.errors import UnpricedError
from thirdshift_controller.costs.power.files.load import load_power
from thirdshift_controller.costs.power.parts.adjustment import Adjustment
from thirdshift_controller.costs.power.parts.energy import Flat, Market
from thirdshift_controller.costs.power.parts.monthly import Fixed
from thirdshift_controller.costs.power.parts.published import Published, Series, Vintage

ON = date(2026, 11, 15)
KW = Decimal("1354.05")
HOURS_PER_MONTH = Decimal(8760) / 12


@pytest.mark.parametrize(("file", "expected"), [("class_a", "0.115"), ("class_b", "0.155")])
def test_the_worked_example_costs_what_its_build_up_says(file: str, expected: str) -> None:
    price = flat_price(load_power(EXAMPLES / f"{file}.toml"), KW, ON)
    assert price == Money(Decimal(expected), "CAD")


def test_at_its_rate_of_exchange_that_is_8_2_us_cents() -> None:
    price = flat_price(load_power(EXAMPLES / "class_a.toml"), KW, ON)
    assert round(price.amount / Decimal("1.4064"), 3) == Decimal("0.082")


def test_demand_by_the_month_comes_to_one_and_a_half_cents() -> None:
    """C$10.65 a kW-month at a load factor of one."""
    price = flat_price(load_power(EXAMPLES / "delivery_by_demand.toml"), KW, ON)
    assert near(price.amount, Decimal("10.65") / HOURS_PER_MONTH)
    assert round(price.amount, 4) == Decimal("0.0146")


@settings(max_examples=10, deadline=None)
@given(st.decimals(1, 5000, places=2))
def test_what_is_paid_by_the_month_is_spread_over_the_load(kw: Decimal) -> None:
    price = flat_price(power(tariff(Fixed("Service", ORIGIN, Decimal(730)))), kw, ON)
    assert near(price.amount * kw, Decimal(1))


def test_time_of_use_is_weighted_by_the_hours_of_a_year() -> None:
    price = flat_price(load_power(EXAMPLES / "ultra_low_overnight.toml"), KW, ON, TORONTO)
    working_days, other_days = 250, 115
    a_week_day = 8 * Decimal("0.039") + 11 * Decimal("0.157") + 5 * Decimal("0.391")
    a_free_day = 8 * Decimal("0.039") + 16 * Decimal("0.098")
    by_hand = (working_days * a_week_day + other_days * a_free_day) / 8760
    assert abs(price.amount - by_hand) < Decimal("0.0003")


def test_the_tariff_is_that_of_the_day() -> None:
    old = tariff(Flat("Old", ORIGIN, Decimal("0.1")), to_on=ON)
    new = tariff(Flat("New", ORIGIN, Decimal("0.2")), from_on=ON)
    assert flat_price(power(old, new), KW, ON).amount == Decimal("0.2")
    assert flat_price(power(old, new), KW, ON - timedelta(days=1)).amount == Decimal("0.1")


def test_a_day_without_a_tariff_has_no_price() -> None:
    ended = power(tariff(Flat("Old", ORIGIN, Decimal("0.1")), to_on=ON))
    with pytest.raises(UnpricedError, match="no tariff holds on 2026-11-15"):
        flat_price(ended, KW, ON)


def test_no_load_has_no_price() -> None:
    with pytest.raises(UnpricedError, match="no kWh is drawn"):
        flat_price(load_power(EXAMPLES / "class_a.toml"), Decimal(0), ON)


def rates(**by_month: str) -> Series:
    origin = Origin("IESO", ON, "ga.csv", 2)
    return Series(
        "ga.csv",
        tuple(
            Published(f"2026-{of[1:]}", Vintage.ACTUAL, Decimal(value), date(2026, 11, 1), origin)
            for of, value in by_month.items()
        ),
    )


def test_only_months_with_a_rate_count() -> None:
    """September and October have 720 and 744 hours."""
    site = power(tariff(Adjustment("GA", rates(m09="0.06", m10="0.08"))))
    by_hand = (720 * Decimal("0.06") + 744 * Decimal("0.08")) / 1464
    assert near(flat_price(site, KW, ON).amount, by_hand)


def test_no_month_with_a_rate_is_no_price() -> None:
    site = power(tariff(Adjustment("GA", rates(m11="0.06"))))
    with pytest.raises(UnpricedError, match=r"ga.csv: GA: nothing for 2026-10 was published"):
        flat_price(site, KW, ON)


def test_market_prices_are_averaged() -> None:
    first = datetime(2026, 10, 1, 4, tzinfo=UTC)
    prices = {first + timedelta(hours=n): Decimal(n) / 1000 for n in range(744)}
    market = Market("Market", ORIGIN, prices, "zonal.csv")
    assert near(flat_price(power(tariff(market)), KW, ON, TORONTO).amount, Decimal("0.3715"))
