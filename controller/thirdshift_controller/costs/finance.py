"""What capital costs by the year: the recovery factor and the level charge built on it.

Something bought for C and worth S after n years, at a rate of r a year, costs the same each year:

    C * CRF(r, n) - S * (CRF(r, n) - r)        CRF(r, n) = r / (1 - (1 + r)^-n)

The present value of these n charges and of S is exactly C. A whole month costs a twelfth.
"""

from __future__ import annotations

from decimal import Decimal


def recovery_factor(rate: Decimal, periods: Decimal | int) -> Decimal:
    """CRF: the level payment that returns 1 with interest in so many periods."""
    if rate == 0:
        return Decimal(1) / periods
    return rate / (1 - (1 + rate) ** -Decimal(periods))


def annual_charge(price: Decimal, residual: Decimal, rate: Decimal, years: Decimal) -> Decimal:
    """What each year costs, the value lost and the capital bound together."""
    factor = recovery_factor(rate, years)
    return price * factor - residual * (factor - rate)
