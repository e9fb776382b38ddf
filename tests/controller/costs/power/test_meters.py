"""The hall's own meters: energy between readings, and counters that were reset."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.power.meters import Reading, Run, kwh_between, meters_of

DAY = datetime(2026, 10, 1, tzinfo=UTC)
ORIGIN = Origin("photo")


def at(hours: float) -> datetime:
    return DAY + timedelta(hours=hours)


def read(meter: str, hours: float, kwh_total: int, *, is_reset: bool = False) -> Reading:
    return Reading(meter, at(hours), Decimal(kwh_total), is_reset, ORIGIN)


def test_energy_is_spread_evenly_between_two_readings() -> None:
    meters = meters_of([read("M1", 0, 1_000), read("M1", 24, 25_000)])
    assert kwh_between(meters, at(0), at(24)) == 24_000
    assert kwh_between(meters, at(6), at(7)) == 1_000


def test_what_is_not_bracketed_is_not_known() -> None:
    meters = meters_of([read("M1", 0, 1_000), read("M1", 24, 25_000)])
    assert kwh_between(meters, at(-1), at(1)) is None
    assert kwh_between(meters, at(23), at(25)) is None


def test_all_meters_make_up_the_hall_and_each_must_have_been_read() -> None:
    meters = meters_of(
        [read("A", 0, 0), read("B", 12, 0), read("A", 28, 28_000), read("B", 48, 3_600)]
    )
    assert kwh_between(meters, at(12), at(13)) == 1_100
    assert kwh_between(meters, at(11), at(12)) is None, "B was not read before noon"


def test_a_counter_that_was_exchanged_goes_on_from_its_new_value() -> None:
    meters = meters_of(
        [
            read("M1", 0, 90_000),
            read("M1", 12, 102_000),
            read("M1", 12, 5, is_reset=True),
            read("M1", 24, 12_005),
        ]
    )
    assert kwh_between(meters, at(0), at(12)) == 12_000
    assert kwh_between(meters, at(12), at(24)) == 12_000
    assert kwh_between(meters, at(11), at(13)) is None, "no counter saw all of it"


@given(
    st.lists(st.integers(0, 100_000), min_size=2, max_size=12),
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
)
def test_energy_adds_up_and_never_flows_back(steps: list[int], marks: list[float]) -> None:
    totals = [float(sum(steps[: n + 1])) for n in range(len(steps))]
    run = Run(tuple(3600.0 * n for n in range(len(steps))), tuple(totals))
    first, middle, last = sorted(3600 * (len(steps) - 1) * mark for mark in marks)
    whole, one, other = (
        run.kwh_between(first, last),
        run.kwh_between(first, middle),
        run.kwh_between(middle, last),
    )
    assert whole is not None
    assert one is not None
    assert other is not None
    assert one + other == pytest.approx(whole, abs=1e-6)
    assert min(one, other) >= -1e-6
