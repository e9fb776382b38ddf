"""Whose hands there were: hours of the rota, what they cover, and what a repair cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from math import fsum

from thirdshift_controller.costs.money import Money, total
from thirdshift_controller.costs.month.figures import Staff
from thirdshift_controller.costs.posting import Line, Posting
from thirdshift_controller.shifts.roster import Roster

NET_HOURS_PER_YEAR = 1750
"""What one person works in a year after leave, sickness and training (an assumption)."""
HOURS_PER_YEAR = 8760
_HANDS = frozenset({Line.TECHNICIANS, Line.REMOTE_HANDS})


def covered_hours(roster: Roster, from_at: datetime, to_at: datetime) -> float:
    """Hours between two instants in which the rota has somebody on duty."""
    duties = roster.duties(from_at, to_at) if from_at < to_at else ()
    seconds = fsum(
        (duty.ends_at - duty.starts_at).total_seconds() for duty in duties if duty.person
    )
    return seconds / 3600


def staff(
    rota_hours: float,
    span_hours: float,
    postings: Sequence[Posting],
    repairs: int,
    gpu_hours: float,
    currency: str,
) -> Staff:
    """The month's hands. `repairs` are those that ended in the span."""
    cost = total([one.economic for one in postings if one.line in _HANDS], currency)
    return Staff(
        rota_hours=rota_hours,
        covered_ratio=rota_hours / span_hours if span_hours else 0.0,
        seats=Decimal(HOURS_PER_YEAR) / NET_HOURS_PER_YEAR,
        cost=cost,
        repairs=repairs,
        per_repair=cost.per(Decimal(repairs)),
        per_thousand_gpu_hours=_thousandth(cost, gpu_hours),
    )


def _thousandth(cost: Money, gpu_hours: float) -> Money | None:
    return cost.per(Decimal(gpu_hours) / 1000)
