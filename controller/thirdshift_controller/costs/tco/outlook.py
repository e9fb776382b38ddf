"""What owning comes to over a life: totals by line, unit prices, and rents beside them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.posting import Line


@dataclass(frozen=True, slots=True)
class Levels:
    """Cost of one GPU-hour at each level; `None` where there are no such hours."""

    installed: Money | None
    available: Money | None
    allocated: Money | None
    utilised: Money | None


@dataclass(frozen=True, slots=True)
class LineTotal:
    """One line over the whole life."""

    line: Line
    amount: Money
    """Gross: cash, without residual and cost of capital."""
    share_ratio: Decimal
    per_installed_hour: Money


@dataclass(frozen=True, slots=True)
class Outlook:
    """A life of so many months."""

    months: int
    lines: tuple[LineTotal, ...]
    """Capital first, in the order of `Line`."""
    capital: Money
    running: Money
    residual: Money
    cost_of_capital: Money
    levels: Levels
    """Economic cost."""
    gpu_share_ratio: Decimal
    """Cards of gross cost."""

    @property
    def gross(self) -> Money:
        """All cash out."""
        return self.capital + self.running

    @property
    def economic(self) -> Money:
        """Gross, less what is left, plus what the capital bound costs."""
        return self.gross - self.residual + self.cost_of_capital


@dataclass(frozen=True, slots=True)
class Rival:
    """Renting the same hours at one price for the whole life: an upper bound, since prices move."""

    name: str
    price: Money
    """Per GPU-hour."""
    margin_ratio: Decimal
    """1 - own available / price: what the provider keeps if its costs are ours."""
    break_even_ratio: Decimal
    """Own available / price."""
    payback_months: int | None
    """May lie beyond the life; `None` where it is not within ten years."""
    npv: Money
    irr_ratio: Decimal | None
    """A year, effective; `None` where there is none to be found."""


@dataclass(frozen=True, slots=True)
class Swing:
    """How far one assumption moves the economic price of an available GPU-hour."""

    driver: str
    low_value: str
    high_value: str
    at_low: Money
    at_high: Money
    share_at_low: Decimal
    """Cards of gross cost."""
    share_at_high: Decimal
    margin_at_low: Decimal | None
    """Against the reference rent; `None` where there is none."""
    margin_at_high: Decimal | None


@dataclass(frozen=True, slots=True)
class Curve:
    """A price of a GPU-hour over something that varies."""

    name: str
    over: str
    """What varies, such as `allocated of available`."""
    points: tuple[tuple[Decimal, Money], ...]
