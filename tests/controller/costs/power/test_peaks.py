"""Advice: capping in the system's peaks, reserving less, cooling better; in the worked example."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from controller.costs.power.halls import EXAMPLES
from thirdshift_controller.costs.money import CurrencyError, Money
from thirdshift_controller.costs.power.files.load import load_power
from thirdshift_controller.costs.power.peaks import (
    PeakTerms,
    better_cooling,
    capping,
    peak_cost_per_year,
    right_sizing,
)

CAD_PER_USD = Decimal("1.4064")
HALL_KW = Decimal(1354)
FREE = Money(Decimal(0), "CAD")


def terms(**changes: Any) -> PeakTerms:
    found = load_power(EXAMPLES / "class_a.toml").peaks
    assert found is not None
    return replace(found, **changes)


def test_a_megawatt_in_the_peaks_costs_a_quarter_of_a_million_a_year() -> None:
    assert peak_cost_per_year(terms(), Decimal(1000)).shown(0) == "CAD 255,319"


def test_the_worked_example_pays_246_thousand_us_dollars_for_its_peaks() -> None:
    cost = peak_cost_per_year(terms(), HALL_KW)
    assert cost.shown(0) == "CAD 345,702"
    assert round(cost.amount / CAD_PER_USD, -3) == 246_000


def test_capping_everything_for_nothing_saves_what_the_peaks_cost() -> None:
    all_of_it = terms(power_cut_ratio=Decimal(1))
    saved = capping(all_of_it, HALL_KW, 1024, FREE).saves_per_year
    assert saved == peak_cost_per_year(terms(), HALL_KW)


def test_work_lost_is_taken_off_the_saving() -> None:
    """1,024 GPUs a quarter slower for 15 times 3 hours are 11,520 GPU-hours."""
    advice = capping(terms(), HALL_KW, 1024, Money(Decimal("3.46"), "CAD"))
    saved = peak_cost_per_year(terms(), HALL_KW * Decimal("0.4"))
    assert advice.saves_per_year == saved - Money(11_520 * Decimal("3.46"), "CAD")
    assert "542 kW less in the system's peaks save CAD 138,281 a year" in advice.what
    assert "11,520 GPU-hours of work lost cost CAD 39,859" in advice.what
    assert "passed on to us" in advice.condition


def test_dear_work_is_not_worth_capping() -> None:
    assert capping(terms(), HALL_KW, 1024, Money(Decimal(20), "CAD")).saves_per_year < FREE


def test_two_currencies_are_never_taken_for_one() -> None:
    with pytest.raises(CurrencyError):
        capping(terms(), HALL_KW, 1024, Money(Decimal("2.46"), "USD"))


def test_reserving_what_was_drawn_saves_0_42_million_a_year() -> None:
    advice = right_sizing(Decimal(1416), Decimal(1185), Money(Decimal(150), "USD"))
    assert advice is not None
    assert advice.saves_per_year == Money(Decimal(415_800), "USD")
    assert advice.what == (
        "reserve 1,185 kW instead of 1,416: 231 kW are paid for at USD 150.00 a month"
        " and were never drawn"
    )


def test_a_reservation_that_is_used_up_is_left_alone() -> None:
    per_kw_month = Money(Decimal(150), "USD")
    assert right_sizing(Decimal(1185), Decimal(1185), per_kw_month) is None
    assert right_sizing(Decimal(1000), Decimal(1185), per_kw_month) is None


def test_a_tenth_of_pue_is_worth_72_thousand_us_dollars_a_year() -> None:
    per_kwh = Money(Decimal("0.115") / CAD_PER_USD, "USD")
    advice = better_cooling(Decimal(1003), Decimal("1.35"), Decimal("0.1"), per_kwh)
    assert round(advice.saves_per_year.amount, -3) == 72_000
    assert advice.what == "bring the PUE from 1.35 to 1.25"
