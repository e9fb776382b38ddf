"""What a month of electricity was, in kWh, kW and money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from thirdshift_controller.costs.money import Money


@dataclass(frozen=True, slots=True)
class FacilityHour:
    """The whole hall in one hour of the clock: what the utility's meter sees."""

    hour_at: datetime
    kwh: float
    modelled_kwh: float
    """The part of `kwh` that stands for equipment that no meter showed, cooling included.

    Whether the cooling itself was measured is said by `EnergyFigures.pue_measured`.
    """

    @property
    def metered_kwh(self) -> float:
        """The other part."""
        return self.kwh - self.modelled_kwh


@dataclass(frozen=True, slots=True)
class Advice:
    """Something that would lower the bill, and by how much a year."""

    what: str
    saves_per_year: Money
    condition: str


@dataclass(frozen=True, slots=True)
class EnergyFigures:
    """A month; `None` where it cannot be said."""

    it_kwh: float
    """Nodes, switches, storage: all that cooling is not."""
    it_modelled_kwh: float
    """The part of it that no meter showed."""
    facility_kwh: float
    pue: Decimal
    pue_measured: bool
    """Whether the hall's own meter said so; otherwise it is an assumption."""
    peak_kw: float
    """Of the facility, over one hour of the clock."""
    peak_at: datetime | None
    billed_kwh: float | None
    """What a bill says of the same month."""
    per_mwh: Money | None
    """All in: energy, demand, fixed, for one MWh of the facility."""
    carbon_kg: float | None
    advice: tuple[Advice, ...]
