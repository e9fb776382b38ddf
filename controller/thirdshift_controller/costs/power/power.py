"""How a hall is supplied, in plain values: what it draws beside its nodes, and its tariffs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.power.errors import UnpricedError
from thirdshift_controller.costs.power.meters import Meter
from thirdshift_controller.costs.power.parts.stretch import Part
from thirdshift_controller.costs.power.peaks import PeakTerms
from thirdshift_controller.costs.power.plant import Plant


@dataclass(frozen=True, slots=True)
class Hall:
    """What the nodes' own meters do not show."""

    currency: str
    """Of every amount of the file."""
    pue: Decimal
    """Facility to IT, as long as no meter says otherwise."""
    other_it_kw: Decimal
    """Switches, storage and whatever else is IT and draws the same all the time."""
    host_watts: Decimal
    """What a node draws beside its GPUs, where its BMC is not read."""
    carbon_g_per_kwh: Decimal | None
    origin: Origin
    meters: tuple[Meter, ...]
    """All that the whole hall draws, together; empty where none is read."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """Prices that hold for a span of days."""

    name: str
    supplier: str
    from_on: date
    to_on: date | None
    """The first day on which it holds no more; `None` while that is open."""
    holidays: frozenset[date]
    parts: tuple[Part, ...]
    origin: Origin

    def holds_on(self, day: date) -> bool:
        """Whether a day of the site is priced by it."""
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


@dataclass(frozen=True, slots=True)
class Power:
    """The whole of `power.toml`."""

    file: str
    hall: Hall
    tariffs: tuple[Tariff, ...]
    """One after the other, without a gap; never none."""
    plant: Plant | None
    peaks: PeakTerms | None

    def tariff_on(self, day: date) -> Tariff:
        """The one that holds. Raises `UnpricedError` before the first and after the last."""
        for tariff in self.tariffs:
            if tariff.holds_on(day):
                return tariff
        raise UnpricedError(f"{self.file}: no tariff holds on {day}; add a [[tariffs]] that does")
