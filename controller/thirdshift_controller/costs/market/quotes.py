"""Which prices stand for a day or a month, how old they are, and whether a verdict may use them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from thirdshift_controller.costs.market.record import (
    CURRENCY,
    CloudPrice,
    PurchaseOption,
    Quality,
)

AMBER_AFTER_DAYS = 45
RED_AFTER_DAYS = 90
FEWEST_MARKET_QUOTES = 5
"""Below it a marketplace's price is the noise of a few hosts."""

DECIDING = frozenset({Quality.LIST, Quality.QUOTE})
"""A verdict rests on what a provider asks, not on what somebody makes of many."""


class Freshness(StrEnum):
    """How old a price is for the day it is used for."""

    FRESH = "fresh"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Quote:
    """A price as it is used on a day."""

    row: CloudPrice
    age_days: int
    snapshots: int = 1
    """Of the month; the row is the middle one."""

    @property
    def freshness(self) -> Freshness:
        """Its colour by age."""
        if self.age_days > RED_AFTER_DAYS:
            return Freshness.RED
        return Freshness.AMBER if self.age_days > AMBER_AFTER_DAYS else Freshness.FRESH

    @property
    def decides(self) -> bool:
        """Whether a verdict may rest on it."""
        return (
            self.freshness is not Freshness.RED
            and self.row.unit_ok
            and self.row.price.currency == CURRENCY
            and _good_enough(self.row)
        )


def quotes_on(prices: Iterable[CloudPrice], gpu_model: str, on: date) -> tuple[Quote, ...]:
    """The latest price of each series that was known on a day, cheapest first."""
    return quotes_between(prices, gpu_model, on, on)


def quotes_between(
    prices: Iterable[CloudPrice], gpu_model: str, first: date, last: date
) -> tuple[Quote, ...]:
    """One price of each series for the days of a span, cheapest first; ages are at its last day.

    It is the median of the snapshots inside the span, of an even number the lower of the two in
    the middle, so that it was asked by somebody. A series without one is stood for by its latest
    before. Nothing from after the span is used.
    """
    by_series: dict[tuple[object, ...], list[CloudPrice]] = defaultdict(list)
    for row in prices:
        if row.gpu_model == gpu_model and row.holds_from <= last:
            by_series[row.series].append(row)
    quotes = [_stands_for(known, first, last) for known in by_series.values()]
    return tuple(sorted(quotes, key=_cheapest_first))


def _stands_for(known: list[CloudPrice], first: date, last: date) -> Quote:
    inside = sorted(
        (row for row in known if row.holds_from >= first),
        key=lambda row: (row.price.amount, row.as_of),
    )
    if not inside:
        latest = max(known, key=lambda row: row.as_of)
        return Quote(latest, (last - latest.as_of).days)
    middle = inside[(len(inside) - 1) // 2]
    return Quote(middle, (last - middle.as_of).days, len(inside))


def _cheapest_first(quote: Quote) -> tuple[object, ...]:
    price = quote.row.price
    return price.currency != CURRENCY, price.currency, price.amount, quote.row.provider


def _good_enough(row: CloudPrice) -> bool:
    if row.purchase_option is PurchaseOption.MARKET:
        many = row.n_quotes is not None and row.n_quotes >= FEWEST_MARKET_QUOTES
        return many and row.quality is not Quality.BLOG
    return row.quality in DECIDING
