"""What IT drew in an hour, and how much the hall drew for it: measured where meters were read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import fsum

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.power.errors import UnpricedError
from thirdshift_controller.costs.power.hours import HOUR, clock_hours, exact
from thirdshift_controller.costs.power.meters import kwh_between
from thirdshift_controller.costs.power.power import Hall, Power
from thirdshift_controller.costs.usage.totals import SiteHour

WATCHED_FROM_RATIO = 0.99
"""Of an hour: what was watched for less is not compared with a meter that saw all of it."""
MEASURED_FROM_RATIO = 0.9
"""Of a month's hours: a ratio of fewer is not the month's."""


@dataclass(frozen=True, slots=True)
class Pue:
    """Facility to IT energy."""

    ratio: Decimal
    measured: bool


def pue_of(power: Power, hours: Sequence[SiteHour], month: Month) -> Pue:
    """The month's own where readings of the hall's meters bracket it, else the file's assumption.

    Raises `UnpricedError` where the meters saw less than the IT drew.
    """
    pairs = list(_facility_and_it_kwh(power.hall, inside(hours, month)))
    it = fsum(it for _, it in pairs)
    if len(pairs) < MEASURED_FROM_RATIO * len(clock_hours(month)) or it <= 0:
        return Pue(power.hall.pue, measured=False)
    ratio = exact(fsum(facility for facility, _ in pairs) / it)
    if ratio < 1:
        raise UnpricedError(
            f"{power.file}: hall.readings: in {month} the meters saw {ratio:.3f} of what IT drew;"
            " list every meter of the hall, or take `readings` away"
        )
    return Pue(ratio, measured=True)


def it_kwh(hall: Hall, hour: SiteHour) -> float:
    """Nodes and other IT, the latter for as long as the hour was watched."""
    return hour.wall_kwh + it_modelled_kwh(hall, hour)


def it_modelled_kwh(hall: Hall, hour: SiteHour) -> float:
    """The part of it that no meter showed."""
    running = hour.watched_seconds + hour.filled_seconds
    other_kwh = float(hall.other_it_kw) * running / HOUR.total_seconds()
    return hour.wall_modelled_kwh + other_kwh


def inside(hours: Sequence[SiteHour], month: Month) -> list[SiteHour]:
    """Those that begin in the month."""
    from_at, to_at = month.from_at, month.to_at
    return [hour for hour in hours if from_at <= hour.hour_at < to_at]


def _facility_and_it_kwh(hall: Hall, hours: Sequence[SiteHour]) -> Iterator[tuple[float, float]]:
    """Of each hour that both were seen for."""
    for hour in hours if hall.meters else ():
        watched = hour.watched_seconds >= WATCHED_FROM_RATIO * HOUR.total_seconds()
        facility_kwh = kwh_between(hall.meters, hour.hour_at, hour.hour_at + HOUR)
        if watched and facility_kwh is not None:
            yield facility_kwh, it_kwh(hall, hour)
