"""The month's figures, all of them, out of what was used, lost, paid and asked by others.

Pure: rows and files in, figures out. What cannot be said is `None`, with a doubt that says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from thirdshift_controller.costs.books.file import CostsFile
from thirdshift_controller.costs.books.ledger import MonthCost, month_cost
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.market.comparison import (
    CloudBand,
    OwnPrice,
    Verdict,
    band,
    break_even_ratio,
    verdict,
)
from thirdshift_controller.costs.market.prices import (
    CloudPrice,
    PurchaseOption,
    Quote,
    canonical_model,
    quotes_on,
)
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month import doubts
from thirdshift_controller.costs.month.doubts import Doubt, Weight
from thirdshift_controller.costs.usage import hours
from thirdshift_controller.costs.usage.downtime import Downtime, downtime
from thirdshift_controller.costs.usage.hours import Energy, GpuHours, Window
from thirdshift_controller.costs.usage.records import DowntimeSpan, NodeHour
from thirdshift_controller.fleet.inventory import Site


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """One month of one site."""

    site: str
    gpus_installed: int
    gpu_model: str
    month: Month
    window: Window | None
    """What of the month was watched; `None` where nothing was."""
    hours: GpuHours
    energy: Energy
    cost: MonthCost | None
    own: OwnPrice
    downtime: Downtime
    """What the incidents account for."""
    quotes: tuple[Quote, ...]
    """What others ask for this GPU, cheapest first."""
    cloud: CloudBand | None
    """The on-demand prices that the verdict rests on."""
    verdict: Verdict
    doubts: tuple[Doubt, ...]
    """Warnings first."""

    @property
    def lost_cost(self) -> Money | None:
        """What of the cost was paid for GPU-hours that were not available."""
        return self.own.installed * Decimal(self.hours.lost) if self.own.installed else None

    @property
    def replacement(self) -> Money | None:
        """What renting those GPU-hours on demand would have cost."""
        return self.cloud.median * Decimal(self.hours.lost) if self.cloud else None

    @property
    def break_even_ratio(self) -> Decimal | None:
        """Use of available GPU-hours at which owning costs what renting would."""
        return break_even_ratio(self.own, self.cloud.median) if self.cloud else None

    @property
    def warnings(self) -> tuple[Doubt, ...]:
        """The doubts that make a figure wrong or missing."""
        return tuple(doubt for doubt in self.doubts if doubt.weight is Weight.WARNING)


def month_figures(
    site: Site,
    month: Month,
    usage: Sequence[NodeHour],
    spans: Sequence[DowntimeSpan],
    costs: CostsFile,
    prices: Sequence[CloudPrice],
    gpu_model: str,
) -> MonthFigures:
    """Reckon a month. `gpu_model` is any usual name of the GPU, such as `hgx-h100-8`."""
    ours = hours.inside(month, usage)
    window = hours.window(month, ours, site)
    used, energy = hours.gpu_hours(ours), hours.energy(ours)
    cost = month_cost(costs, window, energy) if window else None
    own = _own_price(cost, used)
    begin_at, end_at = (window.from_at, window.to_at) if window else (month.from_at, month.to_at)
    incidents = downtime(spans, begin_at, end_at, own.installed)
    model = canonical_model(gpu_model, prices) or gpu_model
    quotes = quotes_on(prices, model, window.last_day if window else month.last_day)
    cloud = band(quotes, PurchaseOption.ON_DEMAND)
    found = (
        *_about_the_watch(window, used, energy, incidents, costs),
        *doubts.about_prices(model, quotes),
    )
    return MonthFigures(
        site=site.name,
        gpus_installed=site.gpus_installed,
        gpu_model=model,
        month=month,
        window=window,
        hours=used,
        energy=energy,
        cost=cost,
        own=own,
        downtime=incidents,
        quotes=quotes,
        cloud=cloud,
        verdict=verdict(own, cloud, used.utilised_ratio),
        doubts=tuple(sorted(found, key=lambda doubt: doubt.weight is Weight.NOTE)),
    )


def _own_price(cost: MonthCost | None, used: GpuHours) -> OwnPrice:
    if cost is None:
        return OwnPrice(None, None, None)
    levels = (used.installed, used.available, used.utilised)
    return OwnPrice(*(cost.total.per(Decimal(level)) for level in levels))


def _about_the_watch(
    window: Window | None, used: GpuHours, energy: Energy, incidents: Downtime, costs: CostsFile
) -> Iterator[Doubt]:
    if window is None:
        yield Doubt(Weight.WARNING, "Not one hour of this month was recorded.")
        return
    yield from doubts.about_window(window)
    yield from doubts.about_energy(energy)
    yield from doubts.about_downtime(used, incidents.whole.gpu_hours)
    yield from doubts.about_costs(costs, window)
