"""How a posting's arithmetic is told, and how it is told in the books' currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from thirdshift_controller.costs.exchange import Exchange
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.posting import Posting


def percent(ratio: Decimal) -> str:
    """`12.5 %`."""
    return f"{count(ratio * 100)} %"


def count(quantity: Decimal) -> str:
    """`1,415.6`: three decimals at most, and none that are zero."""
    text = f"{quantity:,.3f}"
    return text.rstrip("0").rstrip(".")


def price(money: Money) -> str:
    """`USD 0.0575`: the two decimals of a price, and up to six where it has them."""
    places = -int(round(money.amount, 6).normalize().as_tuple().exponent)
    return money.shown(max(2, places))


def in_currency(posting: Posting, currency: str, exchange: Exchange, on: date) -> Posting:
    """The posting at the rate of a day, and its working with the rate. Raises `CurrencyError`."""
    factor, rate = exchange.factor(posting.billed.currency, currency, on)
    if rate is None:
        return posting
    how = f"{rate.rate} {rate.quote} for 1 {rate.base} on {rate.on} ({rate.origin.source})"
    return posting.converted(factor, currency, how)
