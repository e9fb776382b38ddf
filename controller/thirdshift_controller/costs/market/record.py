"""One price of one rented GPU as a dated fact, and the words that describe it. No file, no choice.

A price without a day is no fact. Terms differ (size, network, region, service level), so a price
is a point of reference, not an offer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from thirdshift_controller.costs.money import Money

CURRENCY = "USD"
"""What clouds price in; a price in another currency is shown and decides nothing."""


class PurchaseOption(StrEnum):
    """On what terms a GPU is rented."""

    ON_DEMAND = "on_demand"
    SPOT = "spot"
    """May be taken away at any time."""
    CAPACITY_BLOCK = "capacity_block"
    """Days to weeks, booked and paid ahead."""
    RESERVED = "reserved"
    SAVINGS_PLAN = "savings_plan"
    """A spending per hour is promised, not a machine."""
    MARKET = "market"
    """Auction or marketplace."""


class Quality(StrEnum):
    """How close to the provider's own price list, closest first."""

    LIST = "list"
    QUOTE = "quote"
    INDEX = "index"
    """What somebody makes of many prices."""
    BLOG = "blog"


class Fabric(StrEnum):
    """What joins one instance to the next."""

    NONE = "none"
    ETHERNET = "eth"
    INFINIBAND = "ib"
    NVL72 = "nvl72"


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudPrice:
    """One price of one provider on one day. `None` is what the source does not say."""

    provider: str
    sku: str
    gpu_model: str
    """The canonical name, see `gpus`."""
    purchase_option: PurchaseOption
    price: Money
    """Of one GPU for one hour, all fees of the term spread over it."""
    as_of: date
    """The day on which the source was read."""
    quality: Quality
    source: str
    gpu_count: int | None = None
    """GPUs of the instance."""
    gpu_mem_gib: Decimal | None = None
    """Of one GPU."""
    vcpu: Decimal | None = None
    ram_gib: Decimal | None = None
    fabric: Fabric | None = None
    region: str | None = None
    country: str | None = None
    """Two letters (ISO 3166)."""
    term_months: int | None = None
    """What is committed to; none on demand."""
    upfront: Money | None = None
    """Paid at once for the whole instance and term; `price` has its share."""
    instance_price: Money | None = None
    """Of the whole instance for one hour."""
    unit_ok: bool = True
    """Whether the price is surely that of a GPU with its share of the host, for one hour."""
    source_label: str | None = None
    """Where in the source a reader finds it again, without its address."""
    effective_from: date | None = None
    licence: str | None = None
    """Under which the source may be passed on."""
    sha256: str | None = None
    """Of the file that it was imported from."""
    n_quotes: int | None = None
    """How many offers a marketplace's or an index's price was made of."""

    @property
    def series(self) -> tuple[object, ...]:
        """What stays the same when the price moves."""
        return (
            self.provider,
            self.sku,
            self.gpu_model,
            self.region,
            self.purchase_option,
            self.term_months,
            self.price.currency,
        )

    @property
    def holds_from(self) -> date:
        """The first day on which it was both known and in force."""
        return max(self.as_of, self.effective_from) if self.effective_from else self.as_of
