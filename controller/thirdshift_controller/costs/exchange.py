"""Rates of exchange as dated facts; an amount is converted at the last rate known on its day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from thirdshift_controller.costs.money import CurrencyError, Money
from thirdshift_controller.costs.origin import Origin


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `base` cost so many of `quote` on a day."""

    base: str
    quote: str
    rate: Decimal
    origin: Origin
    """Its `as_of` is the day of the rate."""

    @property
    def on(self) -> date:
        """The day of the rate."""
        assert self.origin.as_of is not None
        return self.origin.as_of


class Exchange:
    """The rates that a site keeps, read both ways."""

    def __init__(self, rates: Iterable[Rate] = ()) -> None:
        self._rates = sorted(rates, key=lambda rate: rate.on)

    @property
    def rates(self) -> tuple[Rate, ...]:
        """All of them, oldest first."""
        return tuple(self._rates)

    def factor(self, base: str, quote: str, on: date) -> tuple[Decimal, Rate | None]:
        """What one unit of `base` is in `quote` on a day, and the rate that says so.

        Raises `CurrencyError` where no rate between the two is known by that day.
        """
        if base == quote:
            return Decimal(1), None
        for rate in reversed(self._rates):
            if rate.on <= on and (rate.base, rate.quote) == (base, quote):
                return rate.rate, rate
            if rate.on <= on and (rate.base, rate.quote) == (quote, base):
                return 1 / rate.rate, rate
        raise CurrencyError(
            f"no rate of exchange between {base} and {quote} is known by {on};"
            " add one to the file that `exchange` names"
        )

    def knows(self, base: str, quote: str, on: date) -> bool:
        """Whether there is a rate between two currencies by a day."""
        try:
            self.factor(base, quote, on)
        except CurrencyError:
            return False
        return True

    def convert(self, money: Money, currency: str, on: date) -> Money:
        """An amount in another currency. Raises `CurrencyError`."""
        factor, _ = self.factor(money.currency, currency, on)
        return Money(money.amount * factor, currency)
