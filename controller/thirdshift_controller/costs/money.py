"""An amount in a currency. Exact while it is counted with, rounded only where it is shown.

Never a float and never two currencies in one sum; rates of exchange live elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


class CurrencyError(ValueError):
    """Two currencies met in one sum or one comparison."""


@dataclass(frozen=True, slots=True)
class Money:
    """So much of a currency, named by its three letters (ISO 4217)."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(self.amount * factor, self.currency)

    def per(self, quantity: Decimal) -> Money | None:
        """The price of one; `None` where there is none to divide by."""
        return Money(self.amount / quantity, self.currency) if quantity > 0 else None

    def over(self, other: Money) -> Decimal:
        """How many times the other amount this is. The other must not be zero."""
        return self.amount / self._same(other)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def shown(self, places: int = 2) -> str:
        """For people: `USD 1,234.50`, half to even."""
        return f"{self.currency} {self.amount:,.{places}f}"

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise CurrencyError(f"{self.currency} and {other.currency} cannot meet in one sum")
        return other.amount


def total(amounts: list[Money], currency: str) -> Money:
    """The sum of amounts of one currency; of none, zero."""
    return sum(amounts, Money(Decimal(0), currency))
