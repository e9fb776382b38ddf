"""What capital costs by the month: the capital recovery factor and the level charge built on it.

An asset bought for C and worth S after n months, at a monthly rate of i, costs the same each month:

    (C - S) * CRF(i, n) + S * i        CRF(i, n) = i / (1 - (1 + i)^-n)

The present value of these n charges and of S is exactly C. Of the charge, (C - S) / n is
straight-line depreciation and the rest is the cost of the capital bound. A rate of r a year is
i = (1 + r)^(1/12) - 1 a month.
"""

from __future__ import annotations

from decimal import Decimal


def monthly_rate(rate_per_year: Decimal) -> Decimal:
    """The rate that, compounded twelve times, gives the rate of a year."""
    twelfth: Decimal = (1 + rate_per_year) ** (Decimal(1) / 12)
    return twelfth - 1


def recovery_factor(rate: Decimal, periods: int) -> Decimal:
    """CRF: the level payment that returns 1 with interest in so many periods."""
    if rate == 0:
        return Decimal(1) / periods
    return rate / (1 - (1 + rate) ** -periods)


def level_charge(price: Decimal, residual: Decimal, rate: Decimal, periods: int) -> Decimal:
    """What each period costs, depreciation and capital together."""
    return (price - residual) * recovery_factor(rate, periods) + residual * rate


def straight_line(price: Decimal, residual: Decimal, periods: int) -> Decimal:
    """The depreciation in each period's charge."""
    return (price - residual) / periods
