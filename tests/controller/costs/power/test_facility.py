"""From the nodes' own meters to the utility's: other IT, cooling, and the figures of a month."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from controller.costs.power.halls import (
    HOUR,
    KNOWN_ON,
    ORIGIN,
    facility,
    hall,
    month,
    power,
    site,
    tariff,
)
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.power.electricity import electricity
from thirdshift_controller.costs.power.errors import UnpricedError
from thirdshift_controller.costs.power.facility import energy_figures, facility_hours
from thirdshift_controller.costs.power.meters import Meter, Run
from thirdshift_controller.costs.power.parts.energy import Flat
from thirdshift_controller.costs.power.power import Power

OCTOBER = month("2026-10")
SUPPLY = power(tariff(Flat("All in", ORIGIN, Decimal("0.115"))))


def metered(
    kw: float, over: Month = OCTOBER, before_hours: int = 5, after_hours: int = 30
) -> Power:
    """The same hall with one meter, read twice around a month."""
    begin = (over.from_at - before_hours * HOUR).timestamp()
    end = (over.to_at + after_hours * HOUR).timestamp()
    meter = Meter("utility", (Run((begin, end), (7.0, 7.0 + kw * (end - begin) / 3600)),))
    return replace(SUPPLY, hall=replace(SUPPLY.hall, meters=(meter,)))


def test_the_worked_examples_hall_draws_1354_kw() -> None:
    """893 kW of nodes metered and 110 kW of other IT at a PUE of 1.35."""
    hours = facility_hours(SUPPLY, site(OCTOBER), OCTOBER)
    assert len(hours) == 744
    assert hours[0].kwh == pytest.approx(1354.05)
    assert hours[0].modelled_kwh == pytest.approx(110 * 1.35)
    assert hours[0].metered_kwh == pytest.approx(893 * 1.35)


def test_other_it_is_counted_for_as_long_as_anybody_looked() -> None:
    half = replace(site(OCTOBER)[0], watched_seconds=1800.0, wall_kwh=0.0)
    (hour,) = facility_hours(SUPPLY, (half,), OCTOBER)
    assert hour.kwh == hour.modelled_kwh == pytest.approx(55 * 1.35)


def test_hours_of_another_month_are_not_this_ones() -> None:
    around = (*site(month("2026-09")), *site(OCTOBER), *site(month("2026-11")))
    assert facility_hours(SUPPLY, around, OCTOBER) == facility_hours(SUPPLY, site(OCTOBER), OCTOBER)


def test_the_figures_of_a_month() -> None:
    hours = list(site(OCTOBER))
    hours[100] = replace(hours[100], wall_kwh=1000.0)
    postings = electricity(SUPPLY, facility_hours(SUPPLY, hours, OCTOBER), OCTOBER, KNOWN_ON)
    figures = energy_figures(SUPPLY, hours, OCTOBER, postings, billed_kwh=1_007_000.0)
    assert figures.it_kwh == pytest.approx(744 * 1003 + 107)
    assert figures.it_modelled_kwh == pytest.approx(744 * 110)
    assert figures.facility_kwh == pytest.approx((744 * 1003 + 107) * 1.35)
    assert (figures.pue, figures.pue_measured) == (Decimal("1.35"), False)
    assert figures.peak_kw == pytest.approx(1110 * 1.35)
    assert figures.peak_at == OCTOBER.from_at + 100 * HOUR
    assert figures.billed_kwh == 1_007_000.0
    assert figures.per_mwh is not None
    assert figures.per_mwh.shown() == "CAD 115.00"
    assert figures.carbon_kg == pytest.approx(figures.facility_kwh * 0.0909)


def test_a_year_of_the_worked_example_emits_1080_tonnes() -> None:
    year = [month(f"2026-{number:02}") for number in range(1, 13)]
    kilograms = [energy_figures(SUPPLY, site(of), of, ()).carbon_kg or 0.0 for of in year]
    assert sum(kilograms) / 1000 == pytest.approx(1080, abs=5)


def test_a_month_without_hours_has_figures_that_say_so() -> None:
    figures = energy_figures(SUPPLY, (), OCTOBER, ())
    assert (figures.it_kwh, figures.facility_kwh, figures.peak_kw) == (0.0, 0.0, 0.0)
    assert (figures.peak_at, figures.per_mwh, figures.billed_kwh) == (None, None, None)


def test_postings_in_another_currency_give_a_price_in_it() -> None:
    hours = facility(OCTOBER)
    postings = electricity(SUPPLY, hours, OCTOBER, KNOWN_ON)
    dollars = tuple(one.converted(Decimal("0.5"), "USD", "at 0.5") for one in postings)
    plain = replace(SUPPLY, hall=hall(pue="1", other_it_kw="0"))
    figures = energy_figures(plain, site(OCTOBER, wall_kwh=1000.0), OCTOBER, dollars)
    assert figures.per_mwh == Money(Decimal("57.5"), "USD")


def test_readings_around_a_month_measure_its_pue() -> None:
    supply = metered(kw=1254.0)
    figures = energy_figures(supply, site(OCTOBER), OCTOBER, ())
    assert figures.pue_measured
    assert float(figures.pue) == pytest.approx(1254 / 1003)
    assert figures.facility_kwh == pytest.approx(1254 * 744)


def test_readings_that_do_not_bracket_the_month_measure_nothing() -> None:
    for supply in (
        metered(kw=1254.0, over=month("2026-09"), after_hours=0),
        metered(kw=1254.0, before_hours=-100),
        metered(kw=1254.0, after_hours=-100),
    ):
        assert not energy_figures(supply, site(OCTOBER), OCTOBER, ()).pue_measured


def test_hours_that_nobody_watched_do_not_worsen_the_pue() -> None:
    supply = metered(kw=1254.0)
    gaps = [
        replace(hour, watched_seconds=600.0, wall_kwh=150.0) if 50 <= number < 90 else hour
        for number, hour in enumerate(site(OCTOBER))
    ]
    figures = energy_figures(supply, gaps, OCTOBER, ())
    assert figures.pue_measured
    assert float(figures.pue) == pytest.approx(1254 / 1003)


def test_a_few_days_do_not_make_a_months_pue() -> None:
    figures = energy_figures(metered(kw=1254.0), site(OCTOBER)[:72], OCTOBER, ())
    assert (figures.pue, figures.pue_measured) == (Decimal("1.35"), False)


def test_a_meter_that_saw_less_than_the_nodes_is_refused() -> None:
    with pytest.raises(UnpricedError) as refusal:
        facility_hours(metered(kw=802.4), site(OCTOBER), OCTOBER)
    assert str(refusal.value) == (
        "power.toml: hall.readings: in 2026-10 the meters saw 0.800 of what IT drew;"
        " list every meter of the hall, or take `readings` away"
    )


def test_a_hall_that_draws_nothing_has_no_pue_of_its_own() -> None:
    idle = [replace(hour, wall_kwh=0.0) for hour in site(OCTOBER)]
    supply = metered(kw=0.0)
    dark = replace(supply, hall=replace(supply.hall, other_it_kw=Decimal(0)))
    assert not energy_figures(dark, idle, OCTOBER, ()).pue_measured
