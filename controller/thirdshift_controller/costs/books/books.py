"""What the site paid and pays, in plain values; `ledger/` makes postings of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from thirdshift_controller.costs.exchange import Exchange
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import Line


class Method(StrEnum):
    """How an asset's value falls in the book, from its price to what is left of it."""

    STRAIGHT_LINE = "straight_line"
    DECLINING = "declining"
    """Double-declining balance, straight line from where that is more."""
    SUM_OF_YEARS = "sum_of_years"
    MARKET = "market"
    """A lender's curve: 62.5 % after a year, 42.5 % after two, 30 % after three."""
    HALVING = "halving"
    """Half is lost each year, whatever is left at the end: for contrast."""


@dataclass(frozen=True, slots=True)
class Asset:
    """Something bought once and used up over its life."""

    name: str
    line: Line
    quantity: int
    unit_price: Money
    bought_on: date
    in_service_on: date
    """Its life begins here."""
    life_months: int
    residual_ratio: Decimal
    """What of the price it is still worth at the end of its life."""
    method: Method
    supplier: str
    origin: Origin

    @property
    def price(self) -> Money:
        """Of all of them."""
        return self.unit_price * self.quantity

    @property
    def residual(self) -> Money:
        """What all of them are still worth at the end."""
        return self.price * self.residual_ratio


class Basis(StrEnum):
    """What a contract's amount is the price of."""

    MONTH = "month"
    YEAR = "year"
    HOUR = "hour"
    """Every hour of the clock, such as a seat that is never empty."""
    ROTA_HOUR = "rota_hour"
    """Every hour that the rota has a person on duty."""
    KW_MONTH = "kw_month"
    """A kilowatt reserved for a month."""
    GPU_YEAR = "gpu_year"
    PRICE_YEAR = "price_year"
    """The amount is a ratio: so much of the price of the assets of the lines in `of`, each year."""
    REPAIR = "repair"
    """Every repair that ended in the month."""


@dataclass(frozen=True, slots=True)
class Contract:
    """Something paid for as time goes by."""

    name: str
    line: Line
    basis: Basis
    amount: Decimal
    """In `currency`; of `price_year`, a ratio."""
    currency: str
    quantity: Decimal
    """Seats, kilowatts reserved, head counts; 1 where there is nothing to count."""
    of: tuple[Line, ...]
    from_on: date | None
    to_on: date | None
    """The first day on which it holds no more."""
    supplier: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax on what is billed. A registrant gets a recoverable one back, so it costs nothing."""

    name: str
    ratio: Decimal
    lines: tuple[Line, ...]
    recoverable: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class Bill:
    """What a supplier really asked for a span of days. It takes the place of what was reckoned."""

    line: Line
    what: str
    """The contract or the tariff's part that it is for; empty: the whole line."""
    number: str
    from_on: date
    to_on: date
    """The first day after it."""
    amount: Money
    supplier: str
    origin: Origin
    kwh: Decimal | None = None
    """Of electricity: what the supplier's meter saw."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Money back, such as the price of a card that its maker took back."""

    line: Line
    what: str
    on: date
    amount: Money
    """More than zero."""
    supplier: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """What a line was planned to cost in a month."""

    month: str
    line: Line
    amount: Money
    origin: Origin


@dataclass(frozen=True, slots=True)
class BudgetPlan:
    """The quantities that the budget was made with, so that a variance can be split by cause."""

    month: str
    available_ratio: Decimal
    utilised_ratio: Decimal
    """Of the available."""
    kwh: Decimal
    price_per_kwh: Decimal
    rate_of_exchange: Decimal
    """Units of the books' currency for one of the tariff's."""
    origin: Origin


@dataclass(frozen=True, slots=True)
class Range:
    """How far an assumption may be off, for the tornado."""

    driver: str
    low: Decimal
    high: Decimal
    origin: Origin


@dataclass(frozen=True, slots=True)
class Capital:
    """What the money bound in the assets costs a year."""

    ratio_per_year: Decimal
    origin: Origin


@dataclass(frozen=True, slots=True)
class Books:
    """Everything of one site."""

    currency: str
    """What every total is told in (ISO 4217)."""
    capital: Capital
    assets: tuple[Asset, ...]
    contracts: tuple[Contract, ...]
    exchange: Exchange
    taxes: tuple[Tax, ...] = ()
    bills: tuple[Bill, ...] = ()
    credits: tuple[Credit, ...] = ()
    budget: tuple[BudgetRow, ...] = ()
    plans: tuple[BudgetPlan, ...] = ()
    ranges: tuple[Range, ...] = ()
