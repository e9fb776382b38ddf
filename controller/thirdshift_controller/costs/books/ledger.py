"""What a month cost us, line by line, for the part of it that was watched.

Economic cost, not cash: an asset costs its level charge in each month of its life and nothing
before or after (`capital.py`). Monthly items are charged for the share of the month that the hours
cover. Energy is what the GPUs drew, times PUE, times price, metered and modelled apart.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

from thirdshift_controller.costs.books.capital import level_charge, monthly_rate, straight_line
from thirdshift_controller.costs.books.file import Asset, Category, CostsFile
from thirdshift_controller.costs.money import Money, total
from thirdshift_controller.costs.usage.hours import Energy, Window


class CostKind(StrEnum):
    """How a cost comes about."""

    DEPRECIATION = "depreciation"
    CAPITAL = "cost of capital"
    MONTHLY = "monthly"
    METERED = "metered energy"
    MODELLED = "modelled energy"


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of the month's bill."""

    category: Category
    kind: CostKind
    name: str
    amount: Money
    source: str
    """What it was reckoned from, and where that comes from."""


@dataclass(frozen=True, slots=True)
class MonthCost:
    """The month's bill."""

    currency: str
    lines: tuple[CostLine, ...]

    @property
    def total(self) -> Money:
        """All of it."""
        return total([line.amount for line in self.lines], self.currency)

    def of(self, category: Category) -> Money:
        """What went to one category."""
        amounts = [line.amount for line in self.lines if line.category is category]
        return total(amounts, self.currency)


def month_cost(costs: CostsFile, window: Window, energy: Energy) -> MonthCost:
    """The bill for the hours in the window."""
    lines = (*_assets(costs, window), *_monthly(costs, window), *_energy(costs, energy))
    return MonthCost(costs.currency, lines)


def service_end(asset: Asset) -> date:
    """The first day after its life; the month's last day where the month is too short."""
    years, month = divmod(asset.bought_on.month - 1 + asset.life_months, 12)
    year = asset.bought_on.year + years
    days = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(asset.bought_on.day, days))


def _assets(costs: CostsFile, window: Window) -> Iterator[CostLine]:
    for asset in costs.assets:
        months = _months_in_service(asset, window)
        if months > 0:
            yield from _charges(asset, months, costs)


def _charges(asset: Asset, months: Decimal, costs: CostsFile) -> Iterator[CostLine]:
    rate = monthly_rate(costs.capital.cost_ratio_per_year)
    worn = straight_line(asset.price, asset.residual, asset.life_months)
    bound = level_charge(asset.price, asset.residual, rate, asset.life_months) - worn
    bought = (
        f"{asset.quantity:,} at {asset.unit_price:,} over {asset.life_months} months,"
        f" {asset.residual_ratio:.0%} left ({asset.source})"
    )
    borrowed = f"{costs.capital.cost_ratio_per_year:.1%} a year ({costs.capital.source})"
    for kind, amount, source in (
        (CostKind.DEPRECIATION, worn, bought),
        (CostKind.CAPITAL, bound, borrowed),
    ):
        money = Money(amount * months, costs.currency)
        yield CostLine(asset.category, kind, asset.name, money, source)


def _months_in_service(asset: Asset, window: Window) -> Decimal:
    """The share of the month that is both covered and in the asset's life."""
    whole = (window.to_at - window.from_at).total_seconds()
    begin_at = max(window.from_at, _midnight(asset.bought_on, window))
    end_at = min(window.to_at, _midnight(service_end(asset), window))
    served = max((end_at - begin_at).total_seconds(), 0.0)
    return Decimal(served / whole) * Decimal(window.covered_ratio)


def _midnight(day: date, window: Window) -> datetime:
    timezone = window.month.timezone
    return datetime(day.year, day.month, day.day, tzinfo=timezone).astimezone(UTC)


def _monthly(costs: CostsFile, window: Window) -> Iterator[CostLine]:
    for item in costs.monthly:
        money = Money(item.amount * Decimal(window.covered_ratio), costs.currency)
        yield CostLine(item.category, CostKind.MONTHLY, item.name, money, item.source)


def _energy(costs: CostsFile, energy: Energy) -> Iterator[CostLine]:
    tariff = costs.energy
    source = f"{tariff.price_per_kwh} a kWh at PUE {tariff.pue} ({tariff.source})"
    parts = {CostKind.METERED: energy.metered_kwh, CostKind.MODELLED: energy.modelled_kwh}
    for kind, kwh in parts.items():
        money = Money(Decimal(kwh) * tariff.price_per_kwh * tariff.pue, costs.currency)
        yield CostLine(Category.ENERGY, kind, "GPUs and their cooling", money, source)
