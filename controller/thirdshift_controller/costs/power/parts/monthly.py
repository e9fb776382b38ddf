"""Parts that are paid by the month, whatever the energy: a sum, or kW of the highest hour."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.power.parts.reckoning import Drawn, Priced, Reckoning, Unit
from thirdshift_controller.costs.power.parts.stretch import Stretch, drawn_in
from thirdshift_controller.costs.power.parts.windows import Window, any_holds


@dataclass(frozen=True, slots=True)
class Fixed:
    """So much a month."""

    name: str
    origin: Origin
    per_month: Decimal

    def reckon(self, stretch: Stretch) -> Reckoning:
        """The month's, or the share that its hours are of it."""
        priced = (Priced(Drawn(stretch.share_ratio), self.per_month),)
        return Reckoning(Unit.MONTHS, priced, self.origin)


@dataclass(frozen=True, slots=True)
class Demand:
    """So much for each kilowatt of the month's highest hour."""

    name: str
    origin: Origin
    per_kw: Decimal
    windows: tuple[Window, ...]
    """Only hours in these count; where there are none, every hour."""

    def reckon(self, stretch: Stretch) -> Reckoning:
        """The first of the highest hours; nothing where no hour counts."""
        counting = [
            hour
            for hour in stretch.hours
            if not self.windows or any_holds(self.windows, stretch.slot(hour))
        ]
        if not counting:
            return Reckoning(Unit.KW_MONTHS, (), self.origin)
        peak = max(counting, key=lambda hour: hour.kwh)
        label = f"the hour from {stretch.local(peak):%Y-%m-%d %H:%M}"
        priced = Priced(drawn_in(peak) * stretch.share_ratio, self.per_kw, label)
        return Reckoning(Unit.KW_MONTHS, (priced,), self.origin)
