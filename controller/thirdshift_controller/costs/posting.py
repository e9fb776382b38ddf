"""One row of the books, and the three ledgers that are its three amounts.

Cash is what was billed, book what accounting spreads over a life, economic what the capital bound
and the value lost cost besides. Every total of a month, every figure of its report and every row of
its FOCUS file is a sum over postings; there is no second way to a number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypedDict

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.origin import Origin


class Line(StrEnum):
    """What money goes to. The names are stable: budgets, exports and `report explain` use them."""

    GPU_CARDS = "gpu_cards"
    NODES = "nodes"
    """Servers without their cards."""
    SWITCHES = "switches"
    OPTICS = "optics"
    """Optics and cables."""
    STORAGE = "storage"
    RACKS = "racks"
    """Racks, power distribution, management."""
    SPARES = "spares"
    INSTALL = "install"
    """Installation, freight, burn-in."""
    PLANT = "plant"
    """Generation of our own."""
    COLO = "colo"
    ELECTRICITY = "electricity"
    TECHNICIANS = "technicians"
    ENGINEERS = "engineers"
    REMOTE_HANDS = "remote_hands"
    SUPPORT = "support"
    """Hardware support and RMA."""
    SOFTWARE = "software"
    TRANSIT = "transit"
    INSURANCE = "insurance"
    DECOMMISSIONING = "decommissioning"
    TAX = "tax"


CAPITAL_LINES = (
    Line.GPU_CARDS,
    Line.NODES,
    Line.SWITCHES,
    Line.OPTICS,
    Line.STORAGE,
    Line.RACKS,
    Line.SPARES,
    Line.INSTALL,
    Line.PLANT,
)
"""What is bought once and used up over a life."""


class Charge(StrEnum):
    """How an amount comes about."""

    PURCHASE = "purchase"
    """Bought once; it costs cash and nothing else."""
    WEAR = "wear"
    """A month of an asset's life: depreciation in the book, depreciation and capital in economy."""
    CONTRACT = "contract"
    """Paid for a span of time."""
    METERED = "metered"
    """Paid for a quantity that a meter showed, or that stands in for one."""
    TAX = "tax"
    CREDIT = "credit"
    """Money back, such as an RMA's; its amounts are negative."""
    TRUE_UP = "true_up"
    """What a bill said more or less than was reckoned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One amount of one month. Amounts are of one currency and not rounded."""

    line: Line
    charge: Charge
    what: str
    """The asset, contract or tariff's part, as its file names it."""
    from_at: datetime
    to_at: datetime
    billed: Money
    """The cash ledger."""
    effective: Money
    """The book ledger."""
    economic: Money
    """The economic ledger: what this month really cost."""
    quantity: Decimal
    unit: str
    """What the quantity counts: `kWh`, `kW-Months`, `Hours`, `GPUs`, `Units`."""
    supplier: str
    origin: Origin
    working: str
    """The arithmetic in words, such as `1,024 at 30,000.00 over 36 months, 25 % left`."""
    modelled: bool = False
    """An estimate stands in for a meter that was not read."""
    corrects: str = ""
    """The closed month (`2026-09`) that this restates; empty for the month's own."""

    def converted(self, rate: Decimal, currency: str, how: str) -> Posting:
        """The same in another currency; `how` tells the rate and joins the working."""
        billed, effective, economic = (
            Money(money.amount * rate, currency)
            for money in (self.billed, self.effective, self.economic)
        )
        working = f"{self.working}; {how}"
        return replace(self, billed=billed, effective=effective, economic=economic, working=working)


class Amounts(TypedDict):
    """What a posting says in the three ledgers."""

    billed: Money
    effective: Money
    economic: Money


def paid(amount: Money) -> Amounts:
    """The three amounts of what is billed, booked and used up in the same month."""
    return {"billed": amount, "effective": amount, "economic": amount}
