"""What the few highest hours cost, and what drawing less in them would save: advice, never action.

A system's peaks are known only when the year is over, so more afternoons are capped than count.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.power.figures import Advice

MONTHS_PER_YEAR = 12
YEAR_OF_HOURS = Decimal(8760)


@dataclass(frozen=True, slots=True)
class PeakTerms:
    """A charge shared out by what each drew in the system's peaks, and how to be low in them."""

    adjustment_per_year: Money
    """What is shared out."""
    system_peak_kw: Decimal
    """What all drew in a peak, on average."""
    afternoons: int
    """On which a peak is forecast, of a year."""
    hours_each: Decimal
    power_cut_ratio: Decimal
    """Of the hall's power, what capping the GPUs takes away."""
    speed_cut_ratio: Decimal
    """Of the GPUs' work, what capping them takes away."""
    origin: Origin

    @property
    def capped_hours(self) -> Decimal:
        """Of a year."""
        return self.afternoons * self.hours_each


def peak_cost_per_year(terms: PeakTerms, kw: Decimal) -> Money:
    """What so many kW in each of the peaks cost a year."""
    return terms.adjustment_per_year * (kw / terms.system_peak_kw)


def capping(terms: PeakTerms, facility_kw: Decimal, gpus: int, per_gpu_hour: Money) -> Advice:
    """Capping the GPUs on the forecast afternoons, less the work lost at its own price.

    What it saves is less than nothing where the work is worth more. Raises `CurrencyError` unless
    `per_gpu_hour` is in the currency of the terms.
    """
    cut_kw = facility_kw * terms.power_cut_ratio
    saved = peak_cost_per_year(terms, cut_kw)
    lost_hours = gpus * terms.capped_hours * terms.speed_cut_ratio
    lost = per_gpu_hour * lost_hours
    return Advice(
        f"cap the GPUs on {terms.afternoons} forecast peak afternoons of {terms.hours_each:f}"
        f" hours: {cut_kw:,.0f} kW less in the system's peaks save {saved.shown(0)} a year, and"
        f" {lost_hours:,.0f} GPU-hours of work lost cost {lost.shown(0)}",
        saved - lost,
        "only if the meter is billed by its share of the system's peaks and the saving is passed on"
        " to us; it shows in the year after",
    )


def right_sizing(reserved_kw: Decimal, peak_kw: Decimal, per_kw_month: Money) -> Advice | None:
    """Giving back power that is reserved and was never drawn; `None` where there is none."""
    spare_kw = reserved_kw - peak_kw
    if spare_kw <= 0:
        return None
    return Advice(
        f"reserve {peak_kw:,.0f} kW instead of {reserved_kw:,.0f}: {spare_kw:,.0f} kW are paid for"
        f" at {per_kw_month.shown()} a month and were never drawn",
        per_kw_month * spare_kw * MONTHS_PER_YEAR,
        "if the lease allows it, and the highest hour seen is the highest that will be",
    )


def better_cooling(it_kw: Decimal, pue: Decimal, less: Decimal, per_kwh: Money) -> Advice:
    """A lower PUE at the same load."""
    return Advice(
        f"bring the PUE from {pue:.2f} to {pue - less:.2f}",
        per_kwh * (it_kw * less * YEAR_OF_HOURS),
        "if cooling can be changed at all; in a colocation it is the landlord's",
    )
