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


def band(quotes: Sequence[Quote], option: PurchaseOption) -> CloudBand | None:
    """Lowest, middle and highest of the quotes that decide, one for each provider.

    A provider's own is its middle one, so a catalogue of forty regions weighs no more than a price
    list of one. `quotes` are cheapest first; `None` where none decides.
    """
    by_provider: dict[str, list[Quote]] = defaultdict(list)
    for quote in quotes:
        if quote.decides and quote.row.purchase_option is option:
            by_provider[quote.row.provider].append(quote)
    if not by_provider:
        return None
    one_each = sorted(
        (ours[(len(ours) - 1) // 2] for ours in by_provider.values()),
        key=lambda quote: quote.row.price.amount,
    )
    middle = median(quote.row.price.amount for quote in one_each)
    asked = sum(len(ours) for ours in by_provider.values())
    return CloudBand(
        option, one_each[0], Money(middle, CURRENCY), one_each[-1], asked, len(one_each)
    )


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
        f"Owning pays as long as at least {turning:.0%} of available GPU-hours are used; this month"
        f" {used_ratio:.0%} were."
    )
    cheapest, needed = cloud.low.row.provider, own.over(cloud.low.row.price)
    if needed <= used_ratio:
        return f"{pays} It pays against the cheapest price too ({cheapest})."
    takes = "no use would be enough" if needed > 1 else f"it would take {needed:.0%}"
    return f"{pays} Against the cheapest price ({cheapest}) {takes}."


def unknown(why: str) -> Verdict:
    """No answer, and the reason."""
    return Verdict(Answer.UNKNOWN, f"Own and cloud cannot be set side by side: {why}.", "")
