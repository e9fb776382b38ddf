"""From what the nodes drew to what the utility's meter sees, and a month of it in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import fsum

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.money import Money, total
from thirdshift_controller.costs.posting import Posting
from thirdshift_controller.costs.power.errors import UnpricedError
from thirdshift_controller.costs.power.figures import Advice, EnergyFigures, FacilityHour
from thirdshift_controller.costs.power.power import Hall, Power
from thirdshift_controller.costs.power.readings import kwh_between
from thirdshift_controller.costs.power.stretch import HOUR, exact
from thirdshift_controller.costs.usage.totals import SiteHour

GRAMS_PER_KG = 1000
KWH_PER_MWH = 1000
MEASURED_FROM_RATIO = 0.9
"""Of the month's hours: below that, a ratio of some of its hours is not the month's."""


@dataclass(frozen=True, slots=True)
class Pue:
    """Facility to IT energy."""

    ratio: Decimal
    measured: bool


def pue_of(power: Power, hours: Sequence[SiteHour], month: Month) -> Pue:
    """The month's own where the hall's meters were read before, during and after it.

    Only hours that were watched in full are compared. Otherwise the file's assumption. Raises
    `UnpricedError` where the meters saw less than the IT drew.
    """
    both = [
        (facility, it_kwh(power.hall, hour))
        for hour in _inside(hours, month)
        if hour.watched_seconds >= HOUR.total_seconds() and power.hall.meters
        if (facility := kwh_between(power.hall.meters, hour.hour_at, hour.hour_at + HOUR))
        is not None
    ]
    it = fsum(it for _, it in both)
    enough = len(both) * HOUR.total_seconds() >= MEASURED_FROM_RATIO * month.seconds
    if not enough or it <= 0:
        return Pue(power.hall.pue, measured=False)
    ratio = exact(fsum(facility for facility, _ in both) / it)
    if ratio < 1:
        raise UnpricedError(
            f"{power.file}: hall.readings: in {month} the meters saw {ratio:.3f} of what IT drew;"
            " list every meter of the hall, or take `readings` away"
        )
    return Pue(ratio, measured=True)


def it_kwh(hall: Hall, hour: SiteHour) -> float:
    """Nodes and other IT of an hour, the latter for as long as the hour was watched."""
    return hour.wall_kwh + it_modelled_kwh(hall, hour)


def it_modelled_kwh(hall: Hall, hour: SiteHour) -> float:
    """The part of it that no meter showed."""
    other_kwh = float(hall.other_it_kw) * hour.watched_seconds / HOUR.total_seconds()
    return hour.wall_modelled_kwh + other_kwh


def facility_hours(
    power: Power, hours: Sequence[SiteHour], month: Month
) -> tuple[FacilityHour, ...]:
    """What the hall drew in each hour of the month. Raises `UnpricedError` as `pue_of` does."""
    hall, pue = power.hall, float(pue_of(power, hours, month).ratio)
    return tuple(
        FacilityHour(hour.hour_at, it_kwh(hall, hour) * pue, it_modelled_kwh(hall, hour) * pue)
        for hour in _inside(hours, month)
    )


def energy_figures(
    power: Power,
    hours: Sequence[SiteHour],
    month: Month,
    postings: Sequence[Posting],
    billed_kwh: float | None = None,
    advice: tuple[Advice, ...] = (),
) -> EnergyFigures:
    """A month of electricity; `postings` are those of `electricity`, in any one currency.

    Raises `UnpricedError` as `pue_of` does.
    """
    inside, facility = _inside(hours, month), facility_hours(power, hours, month)
    facility_kwh = fsum(hour.kwh for hour in facility)
    peak = max(facility, key=lambda hour: hour.kwh, default=None)
    pue, carbon = pue_of(power, hours, month), power.hall.carbon_g_per_kwh
    return EnergyFigures(
        it_kwh=fsum(it_kwh(power.hall, hour) for hour in inside),
        it_modelled_kwh=fsum(it_modelled_kwh(power.hall, hour) for hour in inside),
        facility_kwh=facility_kwh,
        pue=pue.ratio,
        pue_measured=pue.measured,
        peak_kw=peak.kwh if peak else 0.0,
        peak_at=peak.hour_at if peak else None,
        billed_kwh=billed_kwh,
        per_mwh=_per_mwh(postings, facility_kwh),
        carbon_kg=None if carbon is None else facility_kwh * float(carbon) / GRAMS_PER_KG,
        advice=advice,
    )


def _inside(hours: Sequence[SiteHour], month: Month) -> list[SiteHour]:
    from_at, to_at = month.from_at, month.to_at
    return [hour for hour in hours if from_at <= hour.hour_at < to_at]


def _per_mwh(postings: Sequence[Posting], facility_kwh: float) -> Money | None:
    if not postings:
        return None
    amounts = [posting.economic for posting in postings]
    return total(amounts, amounts[0].currency).per(exact(facility_kwh) / KWH_PER_MWH)
