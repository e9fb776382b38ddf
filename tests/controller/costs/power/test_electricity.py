"""A month's postings: one for each part of each tariff, what is metered apart from what is not."""

from __future__ import annotations

import timeit
from datetime import date, timedelta
from decimal import Decimal

import pytest

from controller.costs.power.halls import (
    EXAMPLES,
    HOUR,
    KNOWN_ON,
    ORIGIN,
    cost,
    facility,
    month,
    power,
    tariff,
)
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import Charge, Line
from thirdshift_controller.costs.power.electricity import electricity
from thirdshift_controller.costs.power.errors import UnpricedError
from thirdshift_controller.costs.power.figures import FacilityHour
from thirdshift_controller.costs.power.files.load import load_power
from thirdshift_controller.costs.power.parts.energy import Flat, Market, Tier, Tiers
from thirdshift_controller.costs.power.parts.monthly import Demand, Fixed
from thirdshift_controller.costs.power.parts.windows import WHOLE_YEAR, DayKind, Window

OCTOBER = month("2026-10")
WEEKDAYS = frozenset({DayKind.WEEKDAY})
ENERGY = Flat("Energy", ORIGIN, Decimal("0.055"))


def test_a_posting_says_what_was_drawn_at_what_price_and_who_said_so() -> None:
    part = Flat("Energy", Origin("contract 7", date(2026, 1, 1), "power.toml", 12), Decimal("0.1"))
    (posting,) = electricity(power(tariff(part)), facility(OCTOBER), OCTOBER, KNOWN_ON)
    assert (posting.line, posting.charge) == (Line.ELECTRICITY, Charge.METERED)
    assert (posting.what, posting.supplier) == ("Energy", "The utility")
    assert (posting.quantity, posting.unit) == (Decimal(744_000), "kWh")
    assert posting.billed == posting.effective == posting.economic == Money(Decimal(74_400), "CAD")
    assert posting.working == "744,000 kWh at 0.1"
    assert str(posting.origin) == "contract 7; 2026-01-01; power.toml, line 12"
    assert (posting.from_at, posting.to_at) == (OCTOBER.from_at, OCTOBER.to_at)


def test_metered_and_modelled_energy_are_apart() -> None:
    hours = facility(OCTOBER, modelled_kwh=lambda number: 250.0 if number < 100 else 0.0)
    metered, modelled = electricity(power(tariff(ENERGY)), hours, OCTOBER, KNOWN_ON)
    assert (metered.modelled, modelled.modelled) == (False, True)
    assert (metered.quantity, modelled.quantity) == (Decimal(719_000), Decimal(25_000))
    assert modelled.billed == Money(Decimal(1375), "CAD")


def test_the_worked_example_costs_eleven_and_a_half_cents_all_in() -> None:
    site = load_power(EXAMPLES / "class_a.toml")
    postings = electricity(site, facility(OCTOBER), OCTOBER, KNOWN_ON)
    assert [posting.what for posting in postings] == [
        *("Energy", "Global Adjustment", "Regulatory", "Delivery")
    ]
    assert cost(postings) == Decimal(744_000) * Decimal("0.115")


def test_demand_is_paid_for_the_highest_hour() -> None:
    hours = facility(
        OCTOBER,
        kwh=lambda number: 1416.0 if number == 100 else 1000.0,
        modelled_kwh=lambda _: 100.0,
    )
    part = Demand("Demand", ORIGIN, Decimal("10.7"), ())
    metered, modelled = electricity(power(tariff(part)), hours, OCTOBER, KNOWN_ON)
    assert (metered.quantity, modelled.quantity) == (Decimal(1316), Decimal(100))
    assert metered.unit == "kW-Months"
    assert cost((metered, modelled)) == Decimal("1416") * Decimal("10.7")
    assert "the hour from 2026-10-05 04:00" in metered.working


def test_demand_may_count_in_some_hours_only() -> None:
    by_night = frozenset(range(7))
    window = Window(WEEKDAYS, by_night, *WHOLE_YEAR)
    night = Demand("Night", ORIGIN, Decimal(1), (window,))
    hours = facility(OCTOBER, kwh=lambda number: 500.0 if number % 24 < 7 else 1000.0)
    (posting,) = electricity(power(tariff(night)), hours, OCTOBER, KNOWN_ON)
    assert posting.quantity == Decimal(500)
    july = Window(WEEKDAYS, by_night, (7, 1), (7, 31))
    never = Demand("July", ORIGIN, Decimal(1), (july,))
    assert electricity(power(tariff(never)), hours, OCTOBER, KNOWN_ON) == ()


def test_a_price_by_the_month_is_paid_for_the_hours_that_there_are() -> None:
    part = Fixed("Service", ORIGIN, Decimal(120))
    hours = facility(OCTOBER)
    (whole,) = electricity(power(tariff(part)), hours, OCTOBER, KNOWN_ON)
    (quarter,) = electricity(power(tariff(part)), hours[:186], OCTOBER, KNOWN_ON)
    assert (whole.quantity, whole.unit, cost((whole,))) == (Decimal(1), "Months", Decimal(120))
    assert (quarter.quantity, cost((quarter,))) == (Decimal("0.25"), Decimal(30))
    assert quarter.to_at == OCTOBER.from_at + 186 * HOUR


def test_each_hour_is_priced_by_the_tariff_of_its_day_at_the_site() -> None:
    old = tariff(Flat("Old", ORIGIN, Decimal("0.1")), to_on=date(2026, 10, 11))
    new = tariff(Flat("New", ORIGIN, Decimal("0.2")), from_on=date(2026, 10, 11))
    before, after = electricity(power(old, new), facility(OCTOBER), OCTOBER, KNOWN_ON)
    assert (before.what, before.quantity) == ("Old", Decimal(240_000))
    assert (after.what, after.quantity) == ("New", Decimal(504_000))
    assert before.to_at == after.from_at == OCTOBER.from_at + timedelta(days=10)


def test_a_day_without_a_tariff_is_never_free() -> None:
    ended = tariff(ENERGY, to_on=date(2026, 10, 31))
    with pytest.raises(UnpricedError, match=r"power.toml: no tariff holds on 2026-10-31; add a"):
        electricity(power(ended), facility(OCTOBER), OCTOBER, KNOWN_ON)


def test_tiers_are_filled_from_below() -> None:
    part = Tiers(
        "Electricity", ORIGIN, (Tier(Decimal("0.120"), Decimal(750)), Tier(Decimal("0.142"), None))
    )
    hours = (FacilityHour(OCTOBER.from_at, 1000.0, 0.0),)
    whole = tuple(FacilityHour(at.hour_at, 1000.0 / 744, 0.0) for at in facility(OCTOBER))
    (posting,) = electricity(power(tariff(part)), whole, OCTOBER, KNOWN_ON)
    assert round(posting.billed.amount, 6) == Decimal("125.5")
    assert posting.working == "750 kWh at 0.120 (tier 1), 250 kWh at 0.142 (tier 2)"
    (hour,) = electricity(power(tariff(part)), hours, OCTOBER, KNOWN_ON)
    assert hour.working.startswith("1.008 kWh at 0.120 (tier 1)"), "750 kWh are of a whole month"


def test_tiers_take_metered_and_modelled_alike() -> None:
    part = Tiers("E", ORIGIN, (Tier(Decimal(1), Decimal(744)), Tier(Decimal(3), None)))
    hours = facility(OCTOBER, kwh=lambda _: 2.0, modelled_kwh=lambda _: 1.0)
    metered, modelled = electricity(power(tariff(part)), hours, OCTOBER, KNOWN_ON)
    assert metered.billed == modelled.billed == Money(Decimal(1488), "CAD")


def test_a_market_prices_each_hour_also_below_nothing() -> None:
    hours = facility(OCTOBER)
    prices = {hour.hour_at: Decimal(n) / 1000 for n, hour in enumerate(hours, start=-100)}
    market = Market("Market", ORIGIN, prices, "zonal.csv")
    (posting,) = electricity(power(tariff(market)), hours, OCTOBER, KNOWN_ON)
    assert posting.billed.amount == sum(range(-100, 644))
    assert posting.working == ("744,000 kWh at 744 prices, -0.1 to 0.643, 0.27150 on average")


def test_hours_without_a_market_price_are_told_by_number_and_first() -> None:
    hours = facility(OCTOBER)
    prices = {hour.hour_at: Decimal(1) for hour in hours if hour not in hours[5:8]}
    market = Market("Market", ORIGIN, prices, "zonal.csv")
    with pytest.raises(UnpricedError) as refusal:
        electricity(power(tariff(market)), hours, OCTOBER, KNOWN_ON)
    assert str(refusal.value) == (
        "zonal.csv: Market: 3 hours of 2026-10 have no price, the first 2026-10-01T09:00Z;"
        " add a row for each"
    )


def test_no_hours_cost_nothing() -> None:
    assert electricity(power(tariff(ENERGY)), (), OCTOBER, KNOWN_ON) == ()


def test_a_month_of_usual_parts_is_priced_at_once() -> None:
    site, november = load_power(EXAMPLES / "time_of_use.toml"), month("2026-11")
    hours = facility(november, kwh=lambda number: 1000.0 + number % 7)
    spans = timeit.repeat(lambda: electricity(site, hours, november, KNOWN_ON), number=1, repeat=5)
    assert min(spans) < 0.05
