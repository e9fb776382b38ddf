"""From what the nodes drew to what the utility's meter sees, and a month of it in figures."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.money import Money, total
from thirdshift_controller.costs.posting import Posting
from thirdshift_controller.costs.power.figures import Advice, EnergyFigures, FacilityHour
from thirdshift_controller.costs.power.hours import exact
from thirdshift_controller.costs.power.power import Power
from thirdshift_controller.costs.power.pue import inside, it_kwh, it_modelled_kwh, pue_of
from thirdshift_controller.costs.usage.totals import SiteHour

GRAMS_PER_KG = 1000
KWH_PER_MWH = 1000


def facility_hours(
    power: Power, hours: Sequence[SiteHour], month: Month
) -> tuple[FacilityHour, ...]:
    """What the hall drew in each hour of the month. Raises `UnpricedError` as `pue_of` does."""
    hall, pue = power.hall, float(pue_of(power, hours, month).ratio)
    return tuple(
        FacilityHour(hour.hour_at, it_kwh(hall, hour) * pue, it_modelled_kwh(hall, hour) * pue)
        for hour in inside(hours, month)
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
    watched, facility = inside(hours, month), facility_hours(power, hours, month)
    facility_kwh = fsum(hour.kwh for hour in facility)
    peak = max(facility, key=lambda hour: hour.kwh, default=None)
    pue, carbon = pue_of(power, hours, month), power.hall.carbon_g_per_kwh
    return EnergyFigures(
        it_kwh=fsum(it_kwh(power.hall, hour) for hour in watched),
        it_modelled_kwh=fsum(it_modelled_kwh(power.hall, hour) for hour in watched),
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


def _per_mwh(postings: Sequence[Posting], facility_kwh: float) -> Money | None:
    if not postings:
        return None
    amounts = [posting.economic for posting in postings]
    return total(amounts, amounts[0].currency).per(exact(facility_kwh) / KWH_PER_MWH)
