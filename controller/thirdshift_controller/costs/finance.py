"""What capital costs: the factor that spreads a price with interest over the periods of a life."""

from __future__ import annotations

from decimal import Decimal


def recovery_factor(rate: Decimal, periods: Decimal | int) -> Decimal:
    """CRF: the level payment that returns 1 with interest in so many periods, more than none."""
    if rate == 0:
        return Decimal(1) / periods
    factor: Decimal = rate / (1 - (1 + rate) ** -periods)
    return factor
