"""What a GPU-hour of our own cost in a month, as other tools are told it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.tco.outlook import Levels
from thirdshift_controller.errors import ConflictError

_MILLIONTH = Decimal("0.000001")


class PriceLevel(StrEnum):
    """Which hours the month's cost is shared among."""

    INSTALLED = "installed"
    AVAILABLE = "available"
    """What a user could have had: the level to set beside a cloud's price."""
    ALLOCATED = "allocated"
    UTILISED = "utilised"


@dataclass(frozen=True, slots=True)
class PricedMonth:
    """A month's economic price of one GPU-hour, all-in: host, network, power, hall and people."""

    month: Month
    site: str
    gpu_model: str
    currency: str
    levels: Levels

    @classmethod
    def of(cls, figures: MonthFigures) -> PricedMonth:
        """The prices of a month that was reckoned."""
        return cls(figures.month, figures.site, figures.gpu_model, figures.currency, figures.levels)

    def price(self, level: PriceLevel) -> Money:
        """Of one GPU-hour. Raises `ConflictError` where there were no such hours."""
        found: Money | None = getattr(self.levels, level)
        if found is None:
            raise ConflictError(f"{self.month}: no {level} GPU-hour has a price")
        return found

    def converted(self, rate: Decimal, currency: str) -> PricedMonth:
        """The same in another currency, of which one of ours is `rate`."""
        prices = (getattr(self.levels, field.name) for field in fields(self.levels))
        changed = (price and Money(price.amount * rate, currency) for price in prices)
        return replace(self, currency=currency, levels=Levels(*changed))


def price_text(amount: Decimal) -> str:
    """To a millionth; other tools read it as a float anyway."""
    return f"{amount.quantize(_MILLIONTH, ROUND_HALF_EVEN):f}"
