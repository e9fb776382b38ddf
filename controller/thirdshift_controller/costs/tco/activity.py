"""How busy a site is, as far as the years ahead need it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from thirdshift_controller.costs.money import Money

HOURS_PER_YEAR = Decimal(8760)
"""Of the model; the month's own ledger counts the hours that a month really has."""


@dataclass(frozen=True, slots=True)
class Activity:
    """An average hour."""

    nodes: int
    gpus: int
    available_ratio: Decimal
    """Of the installed."""
    allocated_ratio: Decimal
    """Of the available."""
    utilised_ratio: Decimal
    """Of the allocated."""
    it_kw: Decimal
    """Nodes, switches, storage."""
    pue: Decimal
    price_per_kwh: Money
    """All in, in the tariff's currency."""
    rota_hours_per_year: Decimal = Decimal(0)
    repairs_per_year: Decimal = Decimal(0)
