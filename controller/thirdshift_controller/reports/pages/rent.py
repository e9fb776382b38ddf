"""What others ask, as far as it can stand beside our own: in one currency with it."""

from __future__ import annotations

from dataclasses import dataclass

from thirdshift_controller.costs.market.prices import DECIDING, Freshness, PurchaseOption, Quote
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.reports.blocks import Tone
from thirdshift_controller.reports.wording import sentence


@dataclass(frozen=True, slots=True)
class Band:
    """Prices of a GPU-hour on the same terms, all in the currency of the books."""

    option: PurchaseOption
    low: Money
    middle: Money
    high: Money

    @property
    def ends(self) -> tuple[float, float, float]:
        """Lowest, middle, highest, to be drawn."""
        return float(self.low.amount), float(self.middle.amount), float(self.high.amount)


def band(figures: MonthFigures) -> Band | None:
    """The month's band; `None` where there is none in the currency of the books."""
    cloud = figures.cloud
    if cloud is None:
        return None
    prices = cloud.low.row.price, cloud.median, cloud.high.row.price
    if any(price.currency != figures.currency for price in prices):
        return None
    return Band(cloud.option, *prices)


def option(value: PurchaseOption) -> str:
    """On what terms, in words."""
    return sentence(value)


def standing(quote: Quote) -> tuple[str, Tone]:
    """Whether the band counts a price, and where not, why."""
    if quote.row.purchase_option is not PurchaseOption.ON_DEMAND:
        return "no, other terms", Tone.PLAIN
    if quote.row.quality not in DECIDING:
        return "no, not an offer", Tone.PLAIN
    return {
        Freshness.FRESH: ("yes", Tone.GOOD),
        Freshness.AMBER: ("yes, ageing", Tone.WARNING),
        Freshness.RED: ("no, too old", Tone.BAD),
    }[quote.freshness]
