"""Which hour costs what: weekdays, holidays and seasons by the site's clock, also as it changes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from controller.costs.power.halls import EXAMPLES, KNOWN_ON, cost, facility, month, power
from thirdshift_controller.costs.power.electricity import electricity
from thirdshift_controller.costs.power.errors import UnpricedError
from thirdshift_controller.costs.power.figures import FacilityHour
from thirdshift_controller.costs.power.files.load import load_power
from thirdshift_controller.costs.power.power import Power

OFF, MID, ON = Decimal("0.098"), Decimal("0.157"), Decimal("0.203")


@pytest.fixture(scope="module")
def regulated() -> Power:
    return load_power(EXAMPLES / "time_of_use.toml")


def price(site: Power, local: str) -> Decimal:
    """What a kilowatt-hour costs in the hour that begins then in Toronto."""
    day = month(local[:7])
    at = datetime.fromisoformat(local).replace(tzinfo=day.timezone).astimezone(UTC)
    postings = electricity(site, (FacilityHour(at, 1.0, 0.0),), day, KNOWN_ON)
    return next(one.billed.amount for one in postings if one.what == "Electricity")


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-01-05T06:00", OFF),
        ("2026-01-05T07:00", ON),
        ("2026-01-05T10:00", ON),
        ("2026-01-05T11:00", MID),
        ("2026-01-05T16:00", MID),
        ("2026-01-05T17:00", ON),
        ("2026-01-05T19:00", OFF),
        ("2026-07-06T07:00", MID),
        ("2026-07-06T11:00", ON),
        ("2026-07-06T17:00", MID),
        ("2026-04-30T12:00", MID),
        ("2026-05-01T12:00", ON),
        ("2026-10-30T12:00", ON),
        ("2026-11-02T12:00", MID),
        ("2026-07-04T12:00", OFF),
        ("2026-07-01T12:00", OFF),
        ("2025-12-25T17:00", OFF),
    ],
)
def test_an_hour_costs_what_the_board_says(regulated: Power, local: str, expected: Decimal) -> None:
    assert price(regulated, local) == expected


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-07-06T22:00", Decimal("0.157")),
        ("2026-07-06T23:00", Decimal("0.039")),
        ("2026-07-05T03:00", Decimal("0.039")),
        ("2026-07-05T12:00", Decimal("0.098")),
        ("2026-07-06T16:00", Decimal("0.391")),
    ],
)
def test_nights_are_cheapest_with_ultra_low_overnight(local: str, expected: Decimal) -> None:
    assert price(load_power(EXAMPLES / "ultra_low_overnight.toml"), local) == expected


def quantities(site: Power, of: str) -> dict[str, int]:
    """Hours of each period in a month in which one kWh is drawn each hour."""
    this = month(of)
    (posting,) = [
        one
        for one in electricity(site, facility(this, kwh=lambda _: 1.0), this, KNOWN_ON)
        if one.what == "Electricity"
    ]
    parts = (part.split(" kWh at ") for part in posting.working.split(", "))
    return {label.split("(")[1].rstrip(")"): int(kwh) for kwh, label in parts}


def test_the_hour_that_a_change_of_clocks_takes_or_gives_is_one_of_the_night(
    regulated: Power,
) -> None:
    march, november = quantities(regulated, "2026-03"), quantities(regulated, "2026-11")
    assert (sum(march.values()), sum(november.values())) == (743, 721)
    assert march["mid-peak"] == 22 * 6
    assert march["on-peak"] == 22 * 6
    assert november["mid-peak"] == 21 * 6
    assert november["on-peak"] == 21 * 6


def test_holidays_of_another_year_are_not_enough(regulated: Power) -> None:
    with pytest.raises(UnpricedError, match=r"time_of_use.toml, line 9: holidays: none of 2027"):
        price(regulated, "2027-01-01T12:00")


def test_a_tariff_without_holidays_has_none(regulated: Power) -> None:
    (tariff,) = regulated.tariffs
    parts = tariff.parts
    plain = power(type(tariff)("T", "S", date(2020, 1, 1), None, frozenset(), parts, tariff.origin))
    assert price(plain, "2026-07-01T12:00") == ON


def test_a_constant_kilowatt_costs_the_same_as_its_hours(regulated: Power) -> None:
    hours = quantities(regulated, "2026-10")
    expected = hours["off-peak"] * OFF + hours["mid-peak"] * MID + hours["on-peak"] * ON
    october = month("2026-10")
    postings = electricity(regulated, facility(october, kwh=lambda _: 1.0), october, KNOWN_ON)
    assert cost(tuple(one for one in postings if one.what == "Electricity")) == expected
