"""What a part of a tariff comes to: quantities by what vouches for them, each at its price."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from thirdshift_controller.costs.origin import Origin

_LISTED = 6
"""More prices than these are told by their range."""
_PLACES = 6


class Unit(StrEnum):
    """What a price is the price of."""

    KWH = "kWh"
    KW_MONTHS = "kW-Months"
    """Kilowatts, by the share of the month that they are billed for."""
    MONTHS = "Months"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A quantity, in two parts."""

    metered: Decimal
    modelled: Decimal = Decimal(0)
    """Where no meter was read."""

    @property
    def total(self) -> Decimal:
        """Both."""
        return self.metered + self.modelled

    def __mul__(self, factor: Decimal) -> Drawn:
        return Drawn(self.metered * factor, self.modelled * factor)

    def part(self, modelled: bool) -> Decimal:
        """One of the two."""
        return self.modelled if modelled else self.metered


@dataclass(frozen=True, slots=True)
class Priced:
    """So much at one price."""

    drawn: Drawn
    price: Decimal
    label: str = ""
    """What tells it from the other prices of the part."""


@dataclass(frozen=True, slots=True)
class Reckoning:
    """All prices of a part. Amounts are in the tariff's currency."""

    unit: Unit
    priced: tuple[Priced, ...]
    origin: Origin

    def quantity(self, modelled: bool) -> Decimal:
        """How much, of the metered or of the modelled."""
        return sum((one.drawn.part(modelled) for one in self.priced), Decimal(0))

    def amount(self, modelled: bool) -> Decimal:
        """What it costs."""
        return sum((one.drawn.part(modelled) * one.price for one in self.priced), Decimal(0))

    def working(self, modelled: bool) -> str:
        """The arithmetic in words."""
        priced = [one for one in self.priced if one.drawn.part(modelled)]
        if len(priced) > _LISTED:
            return self._range(priced, modelled)
        return ", ".join(self._said(one, one.drawn.part(modelled)) for one in priced)

    def _said(self, one: Priced, quantity: Decimal) -> str:
        label = f" ({one.label})" if one.label else ""
        return f"{_shown(quantity)} {self.unit} at {_priced(one.price)}{label}"

    def _range(self, priced: list[Priced], modelled: bool) -> str:
        prices, quantity = [one.price for one in priced], self.quantity(modelled)
        return (
            f"{_shown(quantity)} {self.unit} at {len(prices)} prices,"
            f" {_priced(min(prices))} to {_priced(max(prices))},"
            f" {self.amount(modelled) / quantity:.5f} on average"
        )


def _priced(price: Decimal) -> str:
    """As it was typed in; what was reckoned has no end of digits."""
    rounded = round(price, _PLACES)
    return f"{price:f}" if rounded == price else f"{rounded:f}"


def _shown(quantity: Decimal) -> str:
    return f"{quantity:,.3f}".rstrip("0").rstrip(".")
