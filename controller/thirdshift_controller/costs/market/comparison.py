"""Own cost beside what renting costs: the band of cloud prices, break-even and the verdict.

A rented GPU-hour is paid only when it is wanted, an owned one always. So owning beats a rent of p
as long as own cost per available GPU-hour ÷ p of the available hours are used: the break-even.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from statistics import median

from thirdshift_controller.costs.market.prices import CURRENCY, PurchaseOption, Quote
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.percent import percent


@dataclass(frozen=True, slots=True)
class CloudBand:
    """The prices of one purchase option that a verdict may rest on."""

    option: PurchaseOption
    low: Quote
    median: Money
    high: Quote
    quotes: int
    providers: int


class Answer(StrEnum):
    """Whether owning beat renting."""

    YES = "yes"
    ONLY_IF_BUSIER = "only if busier"
    NO = "no"
    UNKNOWN = "cannot be said"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, the figures that it rests on, and when it would turn over."""

    answer: Answer
    finding: str
    condition: str


def one_each(quotes: Sequence[Quote]) -> list[Quote]:
    """Of the quotes that decide, one for each provider and terms, cheapest first.

    It is the middle one of the provider, so a catalogue of forty regions weighs no more than a
    price list of one. `quotes` are cheapest first.
    """
    alike: dict[object, list[Quote]] = defaultdict(list)
    for quote in quotes:
        if quote.decides:
            row = quote.row
            alike[row.provider, row.purchase_option, row.term_months].append(quote)
    middles = (ours[(len(ours) - 1) // 2] for ours in alike.values())
    return sorted(middles, key=lambda quote: quote.row.price.amount)


def band(quotes: Sequence[Quote], option: PurchaseOption) -> CloudBand | None:
    """Lowest, middle and highest provider of the quotes that decide; `None` where none does."""
    asked = [quote for quote in quotes if quote.row.purchase_option is option and quote.decides]
    if not asked:
        return None
    ours = one_each(asked)
    middle = median(quote.row.price.amount for quote in ours)
    return CloudBand(option, ours[0], Money(middle, CURRENCY), ours[-1], len(asked), len(ours))


def verdict(own: Money | None, cloud: CloudBand | None, used_ratio: float | None) -> Verdict:
    """The month's answer: an available GPU-hour of our own and the band, in one currency.

    `used_ratio` is of the available hours.
    """
    if own is None or used_ratio is None:
        return unknown("no available GPU-hour was recorded, so there is no own price")
    if cloud is None:
        return unknown("there is no cloud price for this GPU that is dated and fresh enough")
    turning = own.over(cloud.median)
    return Verdict(
        _answer(turning, used_ratio),
        f"An available GPU-hour of our own cost {own.shown()}; renting one on demand"
        f" costs {cloud.median.shown()} in the middle of {cloud.providers} providers"
        f" ({cloud.low.row.price.shown()} to {cloud.high.row.price.shown()}).",
        _condition(own, cloud, turning, used_ratio),
    )


def _answer(turning: Decimal, used_ratio: float) -> Answer:
    if turning >= 1:
        return Answer.NO
    return Answer.YES if used_ratio >= turning else Answer.ONLY_IF_BUSIER


def _condition(own: Money, cloud: CloudBand, turning: Decimal, used_ratio: float) -> str:
    if turning >= 1:
        return "At that rent owning does not pay, however busy the GPUs are."
    pays = (
        f"Owning pays as long as at least {percent(turning)} of available GPU-hours are used;"
        f" this month {percent(used_ratio)} were."
    )
    cheapest, needed = cloud.low.row.provider, own.over(cloud.low.row.price)
    if needed <= used_ratio:
        return f"{pays} It pays against the cheapest price too ({cheapest})."
    takes = "no use would be enough" if needed > 1 else f"it would take {percent(needed)}"
    return f"{pays} Against the cheapest price ({cheapest}) {takes}."


def unknown(why: str) -> Verdict:
    """No answer, and the reason."""
    return Verdict(Answer.UNKNOWN, f"Own and cloud cannot be set side by side: {why}.", "")
