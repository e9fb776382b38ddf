"""What a kilowatt-hour costs all in for a load that never changes, as the years ahead assume."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.power.electricity import stretch_of
from thirdshift_controller.costs.power.errors import UnpricedError
from thirdshift_controller.costs.power.figures import FacilityHour
from thirdshift_controller.costs.power.hours import HOUR, clock_hours
from thirdshift_controller.costs.power.parts.stretch import Stretch
from thirdshift_controller.costs.power.power import Power, Tariff

MONTHS = 12
_UTC = ZoneInfo("UTC")


def flat_price(power: Power, kw: Decimal, on: date, timezone: ZoneInfo = _UTC) -> Money:
    """Of one kWh, with demand and all that is paid by the month, for so many kW of the facility.

    The tariff of the day is applied to the twelve whole months before it, so that each season
    counts; months for which a market price, an adjustment or the holidays are not on file are left
    out. Raises `UnpricedError` where no month can be priced, where no tariff holds on the day, and
    for no load at all.
    """
    if kw <= 0:
        raise UnpricedError(
            f"{power.file}: no kWh is drawn, so none has a price; give more than 0 kW"
        )
    tariff, amount, kwh = power.tariff_on(on), Decimal(0), Decimal(0)
    complaints: list[UnpricedError] = []
    for month in _months_before(on, timezone):
        try:
            cost = _cost(tariff, stretch := _constant(tariff, kw, month, on))
        except UnpricedError as error:
            complaints.append(error)
        else:
            amount, kwh = amount + cost, kwh + stretch.drawn_kwh.total
    if not kwh:
        raise complaints[0]
    return Money(amount / kwh, power.hall.currency)


def _months_before(on: date, timezone: ZoneInfo) -> Iterator[Month]:
    """The nearest first."""
    month = Month(on.year, on.month, timezone)
    for _ in range(MONTHS):
        month = Month.of(month.from_at - HOUR, timezone)
        yield month


def _constant(tariff: Tariff, kw: Decimal, month: Month, known_on: date) -> Stretch:
    hours = (
        FacilityHour(datetime.fromtimestamp(number * HOUR.total_seconds(), UTC), float(kw), 0.0)
        for number in clock_hours(month)
    )
    return stretch_of(tariff, hours, month, known_on)


def _cost(tariff: Tariff, stretch: Stretch) -> Decimal:
    reckonings = (part.reckon(stretch) for part in tariff.parts)
    return sum((reckoning.amount(modelled=False) for reckoning in reckonings), Decimal(0))
