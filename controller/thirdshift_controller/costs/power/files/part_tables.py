"""`[[tariffs.parts]]` of `power.toml`: a table for each kind of part."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from thirdshift_controller.config import Table
from thirdshift_controller.config.fields import Amount, Day, Instant, Positive, PositiveRatio, Text
from thirdshift_controller.config.source import Beside
from thirdshift_controller.costs.power.files.when_tables import When


class PartTable(Table):
    """What every part says."""

    name: Text
    source: Text | None = None
    """Where it is not the tariff's, as is the next."""
    as_of: Day | None = None


class FlatTable(PartTable):
    """Every kilowatt-hour at the same price."""

    kind: Literal["flat"]
    per_kwh: Amount


class PeriodTable(Table):
    """Hours with one price."""

    name: Text
    per_kwh: Amount
    when: Annotated[When, Field(min_length=1)]


class TimeOfUseTable(PartTable):
    """Every hour in one of the periods."""

    kind: Literal["time_of_use"]
    periods: Annotated[tuple[PeriodTable, ...], Field(min_length=1)]


class TierTable(Table):
    """A price up to so much of a month."""

    per_kwh: Amount
    up_to_kwh: Positive | None = None


class TiersTable(PartTable):
    """Lowest first; the last has no end."""

    kind: Literal["tiers"]
    tiers: Annotated[tuple[TierTable, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _tiers_rise_to_no_end(self) -> Self:
        *ends, last = [tier.up_to_kwh for tier in self.tiers]
        known = [end for end in ends if end is not None]
        if last is not None or len(known) < len(ends):
            raise ValueError("the last of the tiers, and no other, is without up_to_kwh")
        if sorted(set(known)) != known:
            raise ValueError("each tier's up_to_kwh must be more than that of the tier before")
        return self


class DemandTable(PartTable):
    """The month's highest hour, or the highest of some hours."""

    kind: Literal["demand"]
    per_kw: Amount
    when: When = ()


class FixedTable(PartTable):
    """So much a month."""

    kind: Literal["fixed"]
    per_month: Amount


class MarketTable(PartTable):
    """A price for each hour, in a CSV: hour_at,per_kwh."""

    kind: Literal["market"]
    rate_file: Beside


class AdjustmentTable(PartTable):
    """A rate for each month, in a CSV: month,vintage,published_on,per_kwh,source."""

    kind: Literal["adjustment"]
    rate_file: Beside


class PeakTable(Table):
    """An hour in which the system was highest."""

    hour_at: Instant
    site_kwh: Amount
    system_kwh: Positive


class PeakShareTable(PartTable):
    """A share of each month's total, in a CSV: month,vintage,published_on,total,source."""

    kind: Literal["peak_share"]
    rate_file: Beside
    factor: PositiveRatio | None = None
    peaks: tuple[PeakTable, ...] = ()

    @model_validator(mode="after")
    def _one_way_to_the_factor(self) -> Self:
        if (self.factor is None) != bool(self.peaks):
            raise ValueError("needs either factor or [[tariffs.parts.peaks]]")
        if len({peak.hour_at for peak in self.peaks}) < len(self.peaks):
            raise ValueError("an hour stands twice among the peaks; name each once")
        return self

    @property
    def peak_demand_factor(self) -> Decimal:
        """As typed in, or the site's energy in the peaks of the system's."""
        if self.factor is not None:
            return self.factor
        site = sum((peak.site_kwh for peak in self.peaks), Decimal(0))
        return site / sum((peak.system_kwh for peak in self.peaks), Decimal(0))


AnyPart = (
    FlatTable
    | TimeOfUseTable
    | TiersTable
    | DemandTable
    | FixedTable
    | MarketTable
    | AdjustmentTable
    | PeakShareTable
)

KINDS: dict[str, type[AnyPart]] = {
    "flat": FlatTable,
    "time_of_use": TimeOfUseTable,
    "tiers": TiersTable,
    "demand": DemandTable,
    "fixed": FixedTable,
    "market": MarketTable,
    "adjustment": AdjustmentTable,
    "peak_share": PeakShareTable,
}
