"""`power.toml` as it is written. `docs/electricity.md` shows it; amounts stand in quotes."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from thirdshift_controller.config import Table
from thirdshift_controller.config.fields import (
    Amount,
    Currency,
    Day,
    Number,
    Positive,
    PositiveRatio,
    Ratio,
    Text,
)
from thirdshift_controller.config.source import Beside, Count

PueRatio = Annotated[Number, Field(ge=1)]
"""Facility to IT."""


class HallTable(Table):
    """`[hall]`: what the nodes' own meters do not show."""

    currency: Currency
    """Of every amount of the file."""
    pue: PueRatio
    other_it_kw: Amount
    host_watts: Amount
    carbon_g_per_kwh: Amount | None = None
    readings: Beside | None = None
    source: Text
    as_of: Day


class TariffTable(Table):
    """`[[tariffs]]`: prices for a span of days."""

    name: Text
    supplier: Text
    from_on: Day
    to_on: Day | None = None
    """The first day on which it holds no more."""
    holidays: tuple[Day, ...] = ()
    source: Text
    as_of: Day
    parts: Annotated[tuple[dict[str, Any], ...], Field(min_length=1)]
    """Each by its own kind's table, in `part_tables.py`."""


class PlantTable(Table):
    """`[plant]`: generation of our own, as it was offered."""

    capital_per_kw: Positive
    spare_ratio: Amount
    life_years: Positive
    capital_ratio_per_year: Ratio
    capacity_factor_ratio: PositiveRatio
    heat_rate_gj_per_mwh: Positive
    gas_per_gj: Amount
    upkeep_per_mwh: Amount
    carbon_kg_per_gj: Amount
    carbon_per_tonne: Amount
    source: Text
    as_of: Day


class PeaksTable(Table):
    """`[peaks]`: a charge shared out by the system's peaks, and how to be low in them."""

    adjustment_per_year: Positive
    system_peak_kw: Positive
    afternoons: Count
    hours_each: Positive
    power_cut_ratio: Ratio
    speed_cut_ratio: Ratio
    source: Text
    as_of: Day


class PowerFile(Table):
    """The whole file."""

    hall: HallTable
    tariffs: Annotated[tuple[TariffTable, ...], Field(min_length=1)]
    plant: PlantTable | None = None
    peaks: PeaksTable | None = None
