"""Laws of pricing: nothing priced twice or never, and more is never cheaper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.costs.power.halls import (
    EXAMPLES,
    KNOWN_ON,
    ORIGIN,
    cost,
    facility,
    hall,
    month,
    near,
    power,
    site,
    tariff,
)
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.posting import Posting
from thirdshift_controller.costs.power.electricity import electricity
from thirdshift_controller.costs.power.facility import facility_hours
from thirdshift_controller.costs.power.figures import FacilityHour
from thirdshift_controller.costs.power.files.load import load_power
from thirdshift_controller.costs.power.hours import exact
from thirdshift_controller.costs.power.parts.energy import Flat, Tier, Tiers, TimeOfUse
from thirdshift_controller.costs.power.parts.monthly import Demand, Fixed
from thirdshift_controller.costs.power.parts.stretch import Part

ZONES = ("America/Toronto", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")
REGULATED = load_power(EXAMPLES / "time_of_use.toml").tariffs[0].parts[0]
FLAT = Flat("Flat", ORIGIN, Decimal("0.1"))
prices = st.decimals(0, 2, places=4)
months = st.builds(
    lambda number, zone: month(f"2026-{number:02}", ZoneInfo(zone)),
    st.integers(1, 12),
    st.sampled_from(ZONES),
)


@st.composite
def month_hours(draw: st.DrawFn) -> tuple[Month, tuple[FacilityHour, ...]]:
    """A month of which every hour draws something else, some of it modelled."""
    of = draw(months)
    kwh = draw(st.lists(st.floats(0, 5000), min_size=1, max_size=20))
    ratio = draw(st.floats(0, 1))
    return of, facility(
        of,
        kwh=lambda number: kwh[number % len(kwh)],
        modelled_kwh=lambda number: kwh[number % len(kwh)] * ratio,
    )


def priced(part: Part, hours: Sequence[FacilityHour], of: Month) -> tuple[Posting, ...]:
    return electricity(power(tariff(part)), hours, of, KNOWN_ON)


def time_of_use(low: Decimal, high: Decimal) -> TimeOfUse:
    assert isinstance(REGULATED, TimeOfUse)
    dear, *others = reversed(REGULATED.periods)
    return replace(
        REGULATED,
        periods=(replace(dear, per_kwh=high), *(replace(one, per_kwh=low) for one in others)),
    )


@settings(max_examples=40, deadline=None)
@given(month_hours(), st.sampled_from([FLAT, REGULATED]))
def test_every_kilowatt_hour_is_priced_once(
    drawn: tuple[Month, tuple[FacilityHour, ...]], part: Part
) -> None:
    of, hours = drawn
    quantity = sum((one.quantity for one in priced(part, hours, of)), Decimal(0))
    assert near(quantity, sum((exact(hour.kwh) for hour in hours), Decimal(0)))


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_has_all_its_hours_whatever_the_clocks_do(zone: str) -> None:
    year = [month(f"2026-{number:02}", ZoneInfo(zone)) for number in range(1, 13)]
    postings = [
        one for of in year for one in priced(REGULATED, facility(of, kwh=lambda _: 1.0), of)
    ]
    assert sum(one.quantity for one in postings) == 8760
    assert all(before.to_at == after.from_at for before, after in pairwise(postings))


@settings(max_examples=40, deadline=None)
@given(month_hours(), st.sampled_from([FLAT, REGULATED]), st.integers(0, 745))
def test_a_month_cut_anywhere_costs_the_same(
    drawn: tuple[Month, tuple[FacilityHour, ...]], part: Part, cut: int
) -> None:
    of, hours = drawn
    apart = (*priced(part, hours[:cut], of), *priced(part, hours[cut:], of))
    assert near(cost(apart), cost(priced(part, hours, of)))


MAKERS: tuple[Callable[[Decimal, Decimal], Part], ...] = (
    lambda _, price: Flat("F", ORIGIN, price),
    lambda _, price: Fixed("F", ORIGIN, price),
    lambda _, price: Demand("D", ORIGIN, price, ()),
    lambda other, price: time_of_use(other, price),
    lambda other, price: time_of_use(price, other),
    lambda other, price: Tiers("T", ORIGIN, (Tier(other, Decimal(750)), Tier(price, None))),
    lambda other, price: Tiers("T", ORIGIN, (Tier(price, Decimal(750)), Tier(other, None))),
)
"""Parts of which one price moves and the other stays."""


@settings(max_examples=40, deadline=None)
@given(month_hours(), st.sampled_from(MAKERS), prices, prices, prices)
def test_a_higher_price_is_never_cheaper(
    drawn: tuple[Month, tuple[FacilityHour, ...]],
    make: Callable[[Decimal, Decimal], Part],
    still: Decimal,
    one: Decimal,
    other: Decimal,
) -> None:
    of, hours = drawn
    cheaper, dearer = (
        cost(priced(make(still, price), hours, of)) for price in sorted((one, other))
    )
    assert cheaper <= dearer or near(cheaper, dearer)


@settings(max_examples=40, deadline=None)
@given(
    month_hours(),
    st.integers(0, 743),
    st.floats(0, 5000),
    st.sampled_from([FLAT, REGULATED, Demand("D", ORIGIN, Decimal(10), ())]),
)
def test_another_kilowatt_hour_is_never_cheaper(
    drawn: tuple[Month, tuple[FacilityHour, ...]], at: int, more_kwh: float, part: Part
) -> None:
    of, hours = drawn
    position = at % len(hours)
    hour = hours[position]
    more = replace(hour, kwh=hour.kwh + more_kwh)
    grown = (*hours[:position], more, *hours[position + 1 :])
    before, after = cost(priced(part, hours, of)), cost(priced(part, grown, of))
    assert before <= after or near(before, after)


@settings(max_examples=40, deadline=None)
@given(st.decimals(1, 3, places=3), st.decimals(1, 3, places=3))
def test_a_higher_pue_is_never_cheaper(one: Decimal, other: Decimal) -> None:
    october = month("2026-10")

    def at(pue: Decimal) -> Decimal:
        supply = replace(power(tariff(FLAT)), hall=hall(pue=str(pue)))
        hours = facility_hours(supply, site(october, 893.0, 7.0), october)
        return cost(electricity(supply, hours, october, KNOWN_ON))

    assert (at(one) <= at(other)) == (one <= other)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=4, unique=True),
    st.lists(prices, min_size=5, max_size=5),
    st.integers(0, 200),
)
def test_tiers_are_what_counting_each_kilowatt_hour_gives(
    ends: list[int], per_kwh: list[Decimal], kwh: int
) -> None:
    """The brute force: each kWh of the month at the price of the first tier that has room."""
    october = month("2026-10")
    limits = [*map(Decimal, sorted(ends)), None]
    part = Tiers("T", ORIGIN, tuple(map(Tier, per_kwh, limits)))
    hours = facility(october, kwh=lambda number: float(kwh) if number == 0 else 0.0)
    by_hand = sum(
        (
            next(t.per_kwh for t in part.tiers if t.up_to_kwh is None or counted < t.up_to_kwh)
            for counted in range(kwh)
        ),
        Decimal(0),
    )
    assert near(cost(priced(part, hours, october)), by_hand)


@settings(max_examples=40, deadline=None)
@given(month_hours(), st.sampled_from([FLAT, REGULATED]), st.data())
def test_what_is_metered_and_what_is_modelled_make_up_the_whole(
    drawn: tuple[Month, tuple[FacilityHour, ...]], part: Part, data: st.DataObject
) -> None:
    of, hours = drawn
    all_metered = tuple(replace(hour, modelled_kwh=0.0) for hour in hours)
    assert near(cost(priced(part, hours, of)), cost(priced(part, all_metered, of)))
