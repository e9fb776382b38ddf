"""What the years ahead are reckoned from: the books of a day, an average hour and a life.

Equal assets are one pool here, so a register of ten thousand serial numbers costs no more than one
of ten lines. A plan looks at a whole life, as if everything were bought at its beginning. It is no
forecast: prices, use and rates of exchange stay as they were on the day.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.books.books import Asset, Books, Contract, Tax
from thirdshift_controller.costs.exchange import Exchange
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.tco.activity import HOURS_PER_YEAR, Activity

MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class Pool:
    """All assets of one line that last as long and keep as much of their price."""

    line: Line
    life_months: int
    residual_ratio: Decimal
    price: Decimal
    """Of all of them, in the plan's currency."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A life of so many months on the terms of one day."""

    months: int
    on: date
    currency: str
    capital_ratio_per_year: Decimal
    pools: tuple[Pool, ...]
    contracts: tuple[Contract, ...]
    """Those in force on the day, in the plan's currency."""
    taxes: tuple[Tax, ...]
    """Those that nobody gives back."""
    activity: Activity
    exchange: Exchange

    @property
    def years(self) -> Decimal:
        """The life."""
        return Decimal(self.months) / MONTHS_PER_YEAR

    @property
    def gpu_hours(self) -> Decimal:
        """Installed, over the life."""
        return self.activity.gpus * HOURS_PER_YEAR * self.years

    def price_of(self, *lines: Line) -> Decimal:
        """What the assets of these lines cost once."""
        return sum((pool.price for pool in self.pools if pool.line in lines), Decimal(0))

    def converted(self, money: Money) -> Money:
        """In the plan's currency, at the last rate known on its day. Raises `CurrencyError`."""
        return self.exchange.convert(money, self.currency, self.on)


def plan(books: Books, activity: Activity, months: int, on: date) -> Plan:
    """The books as they stand on a day, for a life of `months`.

    An asset counts from the day it was bought to the end of its life, a contract while it is in
    force. Bills and credits are of the past and do not count. Raises `ConfigError` where there is
    no GPU to divide by and `CurrencyError` where a rate of exchange is missing.
    """
    if activity.gpus < 1 or activity.nodes < 1 or months < 1:
        raise ConfigError("the years ahead need a node, a GPU and a month at least")
    return Plan(
        months=months,
        on=on,
        currency=books.currency,
        capital_ratio_per_year=books.capital.ratio_per_year,
        pools=_pools(books, on),
        contracts=tuple(_in_books(books, each, on) for each in books.contracts if _holds(each, on)),
        taxes=tuple(tax for tax in books.taxes if not tax.recoverable),
        activity=activity,
        exchange=books.exchange,
    )


def _pools(books: Books, on: date) -> tuple[Pool, ...]:
    prices: dict[tuple[Line, int, Decimal, str], Decimal] = defaultdict(Decimal)
    for asset in books.assets:
        if asset.bought_on <= on < _worn_on(asset):
            unit = asset.unit_price
            kind = asset.line, asset.life_months, asset.residual_ratio, unit.currency
            prices[kind] += unit.amount * asset.quantity
    return tuple(
        Pool(
            line,
            life,
            ratio,
            books.exchange.convert(Money(price, paid_in), books.currency, on).amount,
        )
        for (line, life, ratio, paid_in), price in prices.items()
    )


def _worn_on(asset: Asset) -> date:
    begun = asset.in_service_on
    years, month = divmod(begun.month - 1 + asset.life_months, MONTHS_PER_YEAR)
    year, number = begun.year + years, month + 1
    return date(year, number, min(begun.day, monthrange(year, number)[1]))


def _holds(contract: Contract, on: date) -> bool:
    begun = contract.from_on is None or contract.from_on <= on
    return begun and (contract.to_on is None or on < contract.to_on)


def _in_books(books: Books, contract: Contract, on: date) -> Contract:
    factor, _ = books.exchange.factor(contract.currency, books.currency, on)
    return replace(contract, amount=contract.amount * factor, currency=books.currency)
