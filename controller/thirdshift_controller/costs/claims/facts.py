"""All that claims are judged by, in plain values. `None` is what a site does not know of itself.

Prices may be in any currency that the plan has a rate for; a claim that lacks one says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median_low

from thirdshift_controller.costs.claims.published import Figure, Generation
from thirdshift_controller.costs.market.prices import PurchaseOption
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.tco.outlook import Levels, Outlook
from thirdshift_controller.costs.tco.plan import Plan

HYPERSCALERS = frozenset({"aws", "azure", "gcp", "google", "oci", "oracle"})


@dataclass(frozen=True, slots=True)
class Offer:
    """What a provider asks for a GPU-hour like ours."""

    provider: str
    option: PurchaseOption
    price: Money

    @property
    def hyperscale(self) -> bool:
        """Whether the provider is one of the giants."""
        return self.provider.split()[0].casefold() in HYPERSCALERS

    @property
    def kind(self) -> str:
        """On what terms, and of whom: only like is set beside like."""
        if self.option is not PurchaseOption.ON_DEMAND:
            return {
                PurchaseOption.RESERVED: "on contract",
                PurchaseOption.SPOT: "spot",
                PurchaseOption.MARKET: "marketplaces",
            }.get(self.option, str(self.option))
        return "giants on demand" if self.hyperscale else "small providers on demand"


@dataclass(frozen=True, slots=True)
class PastPrice:
    """What a GPU-hour of one series cost on a day."""

    on: date
    price: Money


@dataclass(frozen=True, slots=True)
class Gap:
    """A unit of storage, CPU or network on one day: from a cloud, and as hardware."""

    on: date
    cloud: Money
    hardware: Money


@dataclass(frozen=True, slots=True)
class Order:
    """One of our own purchase orders."""

    list_price: Money
    paid: Money


@dataclass(frozen=True, slots=True)
class Plant:
    """A MWh of our own generation, and what the grid asks under each tariff that we could have."""

    own_per_mwh: Money
    grid_per_mwh: Mapping[str, Money]


@dataclass(frozen=True, slots=True)
class Fleet:
    """What stands in the racks that hold GPUs."""

    racks: int
    gpus_per_rack: int
    """The most in one."""
    node_kw: Decimal
    """Rated."""
    gpu_kw: Decimal
    """The highest power limit of a GPU."""


@dataclass(frozen=True, slots=True)
class Leaks:
    """Racks that are cooled by water, and what one leak does to one of them."""

    racks: int
    leaks_per_rack_year: Decimal
    damage: Money
    hours_down: Decimal
    gpus_per_rack: int
    watched_ratio: Decimal
    """Of the racks, those with a leak sensor."""


@dataclass(frozen=True, slots=True)
class Cooling:
    """A zone before and after water came in."""

    zone: str
    pue_before: Decimal
    pue_after: Decimal
    kw_per_rack_before: Decimal
    kw_per_rack_after: Decimal


@dataclass(frozen=True, slots=True)
class Lanes:
    """GPUs of one PCIe generation, and those of them that run below what they could."""

    generation: int
    gpus: int
    downgraded: int


@dataclass(frozen=True, slots=True)
class Run:
    """A model that was trained."""

    name: str
    cost: Money
    months_old: Decimal
    worth_per_month: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """One site on one day."""

    plan: Plan
    outlook: Outlook
    figures: Mapping[str, Figure]
    generations: tuple[Generation, ...]
    month: Levels | None = None
    """Of the month that is reported; without it the outlook's stand in."""
    offers: tuple[Offer, ...] = ()
    reference: Offer | None = None
    """What would be rented instead of owning."""
    prices: tuple[PastPrice, ...] = ()
    """Of one series, oldest first."""
    gpu_model: str | None = None
    """Of these prices and of the offers, by its canonical name."""
    gaps: tuple[Gap, ...] = ()
    """Oldest first."""
    orders: tuple[Order, ...] | None = None
    stored_tb: Decimal | None = None
    egress_gb_per_month: Decimal | None = None
    runs: tuple[Run, ...] | None = None
    plant: Plant | None = None
    fleet: Fleet | None = None
    leaks: Leaks | None = None
    cooling: tuple[Cooling, ...] | None = None
    links: Mapping[int, int] | None = None
    """Ports of the fabric by Gb/s."""
    lanes: tuple[Lanes, ...] | None = None
    tflops: Mapping[str, Decimal] | None = None
    """Of our GPU, by type of number."""
    failures: tuple[int, ...] | None = None
    """GPUs that failed, day by day."""
    covered_ratio: Decimal | None = None
    """Of the month's hours, those with somebody on duty."""

    @property
    def own(self) -> Money | None:
        """An available GPU-hour: of the month where there is one, else of the life."""
        return (self.month or self.outlook.levels).available

    @property
    def priced(self) -> tuple[tuple[Offer, Money], ...]:
        """The offers with their prices in the plan's currency, cheapest first."""
        priced = [(offer, self.plan.converted(offer.price)) for offer in self.offers]
        return tuple(sorted(priced, key=lambda one: one[1].amount))

    @property
    def rent(self) -> Money | None:
        """Of the reference, else the middle of what small providers ask on demand."""
        if self.reference is not None:
            return self.plan.converted(self.reference.price)
        small = [price for offer, price in self.priced if offer.kind.startswith("small")]
        if not small:
            return None
        return Money(median_low(price.amount for price in small), self.plan.currency)

    def figure(self, name: str) -> Decimal:
        """A published one."""
        return self.figures[name].value

    def usd(self, name: str) -> Money:
        """A published price in the plan's currency. Raises `CurrencyError`."""
        return self.plan.converted(Money(self.figure(name), "USD"))
