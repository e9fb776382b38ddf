"""The hours of a month in which one tariff holds: what each of its parts is reckoned over."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import fsum
from typing import Protocol, TypeVar

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.power.figures import FacilityHour
from thirdshift_controller.costs.power.hours import HOUR, clock_hours, exact
from thirdshift_controller.costs.power.parts.reckoning import Drawn, Reckoning
from thirdshift_controller.costs.power.parts.windows import Slot, slot_of

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Hours of one month under one tariff, oldest first and never none."""

    hours: tuple[FacilityHour, ...]
    month: Month
    holidays: frozenset[date]
    known_on: date
    """What was published later is not known."""

    @property
    def from_at(self) -> datetime:
        """When they begin; in a zone off by half an hour, a month does so before its first hour."""
        first, begin = self.hours[0].hour_at, self.month.from_at
        return begin if first - begin < HOUR else first

    @property
    def to_at(self) -> datetime:
        """When they end, which in such a zone a month does before its last hour."""
        return min(self.hours[-1].hour_at + HOUR, self.month.to_at)

    @property
    def share_ratio(self) -> Decimal:
        """Of the month's hours: what of a price by the month belongs to these."""
        return Decimal(len(self.hours)) / len(clock_hours(self.month))

    @property
    def drawn_kwh(self) -> Drawn:
        """All energy."""
        return _sum(self.hours)

    def drawn_kwh_by(self, key: Callable[[FacilityHour], K]) -> dict[K, Drawn]:
        """Energy by whatever tells its hours apart; added up before any exact arithmetic."""
        groups: dict[K, list[FacilityHour]] = {}
        for hour in self.hours:
            groups.setdefault(key(hour), []).append(hour)
        return {name: _sum(hours) for name, hours in groups.items()}

    def local(self, hour: FacilityHour) -> datetime:
        """When an hour begins by the site's clock."""
        return hour.hour_at.astimezone(self.month.timezone)

    def slot(self, hour: FacilityHour) -> Slot:
        """What kind of hour it is by the site's clock."""
        return slot_of(self.local(hour), self.holidays)


class Part(Protocol):
    """One line of a tariff."""

    @property
    def name(self) -> str:
        """As the file names it."""

    def reckon(self, stretch: Stretch) -> Reckoning:
        """What it comes to. Raises `UnpricedError` where a price is not known."""


def drawn_in(hour: FacilityHour) -> Drawn:
    """The energy of one hour in kWh, which is its mean power in kW."""
    return Drawn(exact(hour.metered_kwh), exact(hour.modelled_kwh))


def _sum(hours: Iterable[FacilityHour]) -> Drawn:
    hours = tuple(hours)
    return Drawn(
        exact(fsum(hour.metered_kwh for hour in hours)),
        exact(fsum(hour.modelled_kwh for hour in hours)),
    )
