"""What an asset stands at in the book after so many months of its life, by each method.

Every method says what is left after whole years, and a year's loss is spread evenly over its
months. So the loss of a span is a difference of two book values, and the losses of a life add up to
the price less the last value, whatever the spans are. Straight line, declining and sum of years end
at the residual. The two curves do not know of it and end where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import repeat

from thirdshift_controller.costs.books.books import Asset, Method
from thirdshift_controller.costs.money import Money

_YEAR = 12
_MARKET = (Decimal("0.625"), Decimal("0.68"), Decimal(12) / 17)
"""What a lender's curve keeps of the value in the first, the second and each later year: it goes to
62.5 %, 42.5 % and 30 % (the middles of 60 to 65, 40 to 45 and 25 to 35 %), and on at the pace of
its third year, of which nothing was published."""
_HALVING = (Decimal("0.5"),)


def book_value(asset: Asset, months: Decimal | int) -> Money:
    """Of all of them. Before its life it is the price, after it what the last month left."""
    life = asset.life_months
    lived = min(max(Decimal(months), Decimal(0)), Decimal(life))
    begins = min(int(lived) // _YEAR * _YEAR, life)
    ends = min(begins + _YEAR, life)
    value = _left(asset, begins)
    if lived > begins:
        value -= (value - _left(asset, ends)) * (lived - begins) / (ends - begins)
    return Money(value, asset.unit_price.currency)


def _left(asset: Asset, month: int) -> Decimal:
    """After whole years, or at the end of the life."""
    method = _METHODS[asset.method]
    return method(asset.price.amount, asset.residual.amount, asset.life_months, month)


def _straight_line(price: Decimal, residual: Decimal, life: int, month: int) -> Decimal:
    return price - (price - residual) * month / life


def _declining(price: Decimal, residual: Decimal, life: int, month: int) -> Decimal:
    value = price
    for begins in range(0, month, _YEAR):
        months = min(_YEAR, life - begins)
        declining = value * 2 * months / life
        level = (value - residual) * months / (life - begins)
        value -= min(max(declining, level), value - residual)
    return value


def _sum_of_years(price: Decimal, residual: Decimal, life: int, month: int) -> Decimal:
    left = life - month
    return residual + (price - residual) * left * (left + _YEAR) / (life * (life + _YEAR))


def _curve(kept: Sequence[Decimal], price: Decimal, month: int) -> Decimal:
    """So much is kept in each year; the last figure holds for all that follow."""
    years, months = divmod(month, _YEAR)
    value = price
    for ratio in [*kept, *repeat(kept[-1], years)][:years]:
        value *= ratio
    this_year = kept[min(years, len(kept) - 1)]
    return value * (1 - (1 - this_year) * months / _YEAR)


def _market(price: Decimal, _residual: Decimal, _life: int, month: int) -> Decimal:
    return _curve(_MARKET, price, month)


def _halving(price: Decimal, _residual: Decimal, _life: int, month: int) -> Decimal:
    return _curve(_HALVING, price, month)


_METHODS: dict[Method, Callable[[Decimal, Decimal, int, int], Decimal]] = {
    Method.STRAIGHT_LINE: _straight_line,
    Method.DECLINING: _declining,
    Method.SUM_OF_YEARS: _sum_of_years,
    Method.MARKET: _market,
    Method.HALVING: _halving,
}
