"""The month's cost, arranged for reading: by category, largest first."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from thirdshift_controller.costs.books.file import Category
from thirdshift_controller.costs.books.ledger import CostLine, MonthCost
from thirdshift_controller.costs.money import Money


@dataclass(frozen=True, slots=True)
class CategoryCost:
    """What went to one category, and its lines."""

    category: Category
    amount: Money
    share_ratio: Decimal | None
    """Of the whole month; `None` where the month cost nothing."""
    lines: tuple[CostLine, ...]


def by_category(cost: MonthCost) -> tuple[CategoryCost, ...]:
    """The categories that have lines, largest first."""
    whole = cost.total
    found = []
    for category in Category:
        lines = tuple(line for line in cost.lines if line.category is category)
        if lines:
            amount = cost.of(category)
            share = amount.over(whole) if whole.amount else None
            found.append(CategoryCost(category, amount, share, lines))
    return tuple(sorted(found, key=lambda one: -one.amount.amount))
