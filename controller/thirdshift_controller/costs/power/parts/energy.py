"""Parts that are paid by the kilowatt-hour: at one price, by the hour of the day, by the amount."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.power.errors import UnpricedError
from thirdshift_controller.costs.power.parts.reckoning import Priced, Reckoning, Unit
from thirdshift_controller.costs.power.parts.stretch import Stretch
from thirdshift_controller.costs.power.parts.windows import Slot, Window, any_holds


@dataclass(frozen=True, slots=True)
class Flat:
    """Every kilowatt-hour at the same price."""

    name: str
    origin: Origin
    per_kwh: Decimal

    def reckon(self, stretch: Stretch) -> Reckoning:
        """All of them."""
        return Reckoning(Unit.KWH, (Priced(stretch.drawn_kwh, self.per_kwh),), self.origin)


@dataclass(frozen=True, slots=True)
class Period:
    """Hours with one price, such as `off-peak`."""

    name: str
    per_kwh: Decimal
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class TimeOfUse:
    """Each kilowatt-hour at the price of the period that its hour is in."""

    name: str
    origin: Origin
    periods: tuple[Period, ...]
    """Together they hold every hour once, as `files/table_checks.py` sees to."""

    def reckon(self, stretch: Stretch) -> Reckoning:
        """By period, in the order of the file."""
        drawn = stretch.drawn_kwh_by(lambda hour: self._position(stretch.slot(hour)))
        priced = (
            Priced(drawn[position], period.per_kwh, period.name)
            for position, period in enumerate(self.periods)
            if position in drawn
        )
        return Reckoning(Unit.KWH, tuple(priced), self.origin)

    def _position(self, slot: Slot) -> int:
        return next(
            position
            for position, period in enumerate(self.periods)
            if any_holds(period.windows, slot)
        )


@dataclass(frozen=True, slots=True)
class Tier:
    """A price up to so much of a month."""

    per_kwh: Decimal
    up_to_kwh: Decimal | None
    """`None` for the last."""


@dataclass(frozen=True, slots=True)
class Tiers:
    """The first kilowatt-hours of a month at one price, the next at another.

    Metered and modelled ones are spread over the tiers alike, and so much of the month's thresholds
    holds as the hours are of the month.
    """

    name: str
    origin: Origin
    tiers: tuple[Tier, ...]

    def reckon(self, stretch: Stretch) -> Reckoning:
        """By tier, lowest first; none for no energy."""
        drawn, priced, below = stretch.drawn_kwh, [], Decimal(0)
        for number, tier in enumerate(self.tiers, start=1):
            limit = None if tier.up_to_kwh is None else tier.up_to_kwh * stretch.share_ratio
            reached = drawn.total if limit is None else min(limit, drawn.total)
            if reached > below:
                part = drawn * ((reached - below) / drawn.total)
                priced.append(Priced(part, tier.per_kwh, f"tier {number}"))
            below = reached
        return Reckoning(Unit.KWH, tuple(priced), self.origin)


@dataclass(frozen=True, slots=True)
class Market:
    """Each kilowatt-hour at its hour's market price, which may be less than nothing."""

    name: str
    origin: Origin
    prices: Mapping[datetime, Decimal]
    """Per kWh, by the instant that the hour begins at."""
    file: str

    def reckon(self, stretch: Stretch) -> Reckoning:
        """By hour. Raises `UnpricedError` where hours have no price."""
        missing = [hour.hour_at for hour in stretch.hours if hour.hour_at not in self.prices]
        if missing:
            first = min(missing).astimezone(UTC)
            raise UnpricedError(
                f"{self.file}: {self.name}: {len(missing)} hours of {stretch.month} have no price,"
                f" the first {first:%Y-%m-%dT%H:%MZ}; add a row for each"
            )
        drawn = stretch.drawn_kwh_by(lambda hour: self.prices[hour.hour_at])
        priced = tuple(Priced(kwh, price) for price, kwh in drawn.items())
        return Reckoning(Unit.KWH, priced, self.origin)
