"""Whose hands there were: hours of the rota, what they cover, and what a repair cost."""

from __future__ import annotations

from decimal import Decimal

from thirdshift_controller.costs.money import total
from thirdshift_controller.costs.month.account import Account
from thirdshift_controller.costs.month.figures import Staff
from thirdshift_controller.costs.month.inputs import Accounts
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.tco.activity import HOURS_PER_YEAR

NET_HOURS_PER_YEAR = 1750
"""What one person works in a year after leave, sickness and training (an assumption)."""
_HANDS = frozenset({Line.TECHNICIANS, Line.REMOTE_HANDS})


def staff(accounts: Accounts, ours: Account) -> Staff:
    """The hands of a span, and what they cost by the repair and by the GPU-hour."""
    cost = total([one.economic for one in ours.own if one.line in _HANDS], accounts.books.currency)
    hours = float(ours.span.hours)
    thousands = ours.gpus * ours.span.hours / 1000
    return Staff(
        rota_hours=ours.rota_hours,
        covered_ratio=ours.rota_hours / hours if hours else 0.0,
        seats=HOURS_PER_YEAR / NET_HOURS_PER_YEAR,
        cost=cost,
        repairs=ours.repairs,
        per_repair=cost.per(Decimal(ours.repairs)),
        per_thousand_gpu_hours=cost.per(thousands),
    )
