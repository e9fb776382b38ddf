"""Ontario's Global Adjustment and its like: a month's charge that is known only after the month.

A recomputation on a later day takes what is known by then; the difference is the true-up.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from thirdshift_controller.costs.power.parts.published import Series
from thirdshift_controller.costs.power.parts.reckoning import Drawn, Priced, Reckoning, Unit
from thirdshift_controller.costs.power.parts.stretch import Stretch


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Every kilowatt-hour at the month's published rate (Class B)."""

    name: str
    rates: Series
    """Per kWh."""

    def reckon(self, stretch: Stretch) -> Reckoning:
        """All of them. Raises `UnpricedError` where no rate is known yet."""
        rate = self.rates.known(stretch.month, stretch.known_on, self.name)
        priced = (Priced(stretch.drawn_kwh, rate.value, str(rate)),)
        return Reckoning(Unit.KWH, priced, rate.origin)


@dataclass(frozen=True, slots=True)
class PeakShare:
    """The site's share of the month's total, by what it drew in the system's peaks (Class A)."""

    name: str
    factor: Decimal
    """The peak demand factor: the site's energy in the peak hours, of the system's."""
    totals: Series
    """Of the whole system."""

    def reckon(self, stretch: Stretch) -> Reckoning:
        """The share. Raises `UnpricedError` where no total is known yet."""
        total = self.totals.known(stretch.month, stretch.known_on, self.name)
        label = f"{self.factor:.8f} of {total.value:,f}, {total}"
        priced = (Priced(Drawn(stretch.share_ratio), self.factor * total.value, label),)
        return Reckoning(Unit.MONTHS, priced, total.origin)
