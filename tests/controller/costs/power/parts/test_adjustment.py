"""Charges that are known after the month only: the estimate of the day, and the true-up later."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.costs.power.halls import cost, facility, month, power, tariff
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.power.electricity import electricity
from thirdshift_controller.costs.power.errors import UnpricedError
from thirdshift_controller.costs.power.parts.adjustment import Adjustment, PeakShare
from thirdshift_controller.costs.power.parts.published import Published, Series, Vintage

OCTOBER = month("2026-10")
HOURS = facility(OCTOBER)
FIRST, SECOND, ACTUAL = Vintage


def published(vintage: Vintage, on: date, value: str, line: int, of: str = "2026-10") -> Published:
    origin = Origin("IESO", on, "ga.csv", line)
    return Published(of, vintage, Decimal(value), on, origin)


RATES = Series(
    "ga.csv",
    (
        published(FIRST, date(2026, 9, 30), "0.0700", 2),
        published(SECOND, date(2026, 10, 31), "0.0750", 3),
        published(ACTUAL, date(2026, 11, 16), "0.0725", 4),
        published(FIRST, date(2026, 10, 31), "0.0900", 5, of="2026-11"),
    ),
)
CLASS_B = power(tariff(Adjustment("Global Adjustment", RATES)))


@pytest.mark.parametrize(
    ("known_on", "rate", "line"),
    [
        (date(2026, 9, 30), "0.0700", 2),
        (date(2026, 10, 30), "0.0700", 2),
        (date(2026, 10, 31), "0.0750", 3),
        (date(2026, 11, 16), "0.0725", 4),
        (date(2028, 1, 1), "0.0725", 4),
    ],
)
def test_the_most_final_rate_of_the_day_is_taken(known_on: date, rate: str, line: int) -> None:
    (posting,) = electricity(CLASS_B, HOURS, OCTOBER, known_on)
    assert posting.billed.amount == 744_000 * Decimal(rate)
    assert (posting.origin.file, posting.origin.line) == ("ga.csv", line)


def test_recomputing_later_gives_the_true_up() -> None:
    draft = cost(electricity(CLASS_B, HOURS, OCTOBER, date(2026, 11, 3)))
    final = cost(electricity(CLASS_B, HOURS, OCTOBER, date(2026, 11, 20)))
    assert final - draft == Decimal(-1860)


def test_the_working_says_how_final_the_rate_is() -> None:
    (posting,) = electricity(CLASS_B, HOURS, OCTOBER, date(2026, 11, 3))
    assert posting.working == (
        "744,000 kWh at 0.0750 (second estimate of 2026-10, published 2026-10-31)"
    )


def test_a_month_without_a_rate_is_refused_and_never_free() -> None:
    with pytest.raises(UnpricedError) as refusal:
        electricity(CLASS_B, HOURS, OCTOBER, date(2026, 9, 29))
    assert str(refusal.value) == (
        "ga.csv: Global Adjustment: nothing for 2026-10 was published by 2026-09-29;"
        " add the first estimate's row"
    )


@given(
    st.dates(date(2026, 9, 30), date(2027, 9, 30)), st.dates(date(2026, 9, 30), date(2027, 9, 30))
)
def test_what_is_known_only_becomes_more_final(one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    vintages = list(Vintage)
    known = [RATES.known(OCTOBER, on, "GA").vintage for on in (earlier, later)]
    assert vintages.index(known[0]) <= vintages.index(known[1])


def test_class_a_pays_its_share_of_the_months_total() -> None:
    totals = Series("total.csv", (published(FIRST, date(2026, 10, 30), "500000000", 2),))
    site = power(tariff(PeakShare("Global Adjustment", Decimal("0.00005762"), totals)))
    (posting,) = electricity(site, HOURS, OCTOBER, date(2026, 11, 3))
    assert posting.billed.amount == Decimal(28_810)
    assert (posting.quantity, posting.unit) == (Decimal(1), "Months")
    assert "0.00005762 of 500,000,000, first estimate of 2026-10" in posting.working
    with pytest.raises(UnpricedError, match=r"total.csv: Global Adjustment: nothing for 2026-10"):
        electricity(site, HOURS, OCTOBER, date(2026, 10, 29))


def test_a_reckoned_price_is_told_in_few_digits() -> None:
    totals = Series("total.csv", (published(FIRST, date(2026, 10, 30), "500000000", 2),))
    site = power(tariff(PeakShare("GA", Decimal(1) / Decimal(17_000), totals)))
    (posting,) = electricity(site, HOURS, OCTOBER, date(2026, 11, 3))
    assert posting.working.startswith("1 Months at 29411.764706 (0.00005882 of 500,000,000, first")


def test_class_a_does_not_depend_on_the_months_energy() -> None:
    totals = Series("total.csv", (published(FIRST, date(2026, 10, 30), "500000000", 2),))
    site = power(tariff(PeakShare("Global Adjustment", Decimal("0.00005762"), totals)))
    half = facility(OCTOBER, kwh=lambda _: 500.0)
    on = date(2026, 11, 3)
    assert cost(electricity(site, half, OCTOBER, on)) == cost(electricity(site, HOURS, OCTOBER, on))
