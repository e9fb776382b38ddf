"""What claims are judged by, as far as this site and this month can say it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from thirdshift_controller.costs.claims.facts import ClaimFacts, Fleet, Offer, PastPrice, Plant
from thirdshift_controller.costs.claims.machines import machines
from thirdshift_controller.costs.claims.published import load_figures, load_generations
from thirdshift_controller.costs.market.comparison import one_each
from thirdshift_controller.costs.market.record import CloudPrice, PurchaseOption, Quality
from thirdshift_controller.costs.month.account import Account
from thirdshift_controller.costs.month.ahead import Ahead
from thirdshift_controller.costs.month.figures import MonthMarket
from thirdshift_controller.costs.month.inputs import Accounts, Recorded
from thirdshift_controller.costs.power.constant_load import flat_price
from thirdshift_controller.costs.power.errors import UnpricedError
from thirdshift_controller.costs.power.plant import own_and_grid

DAY = timedelta(days=1)
WATCHED_RATIO = 0.9
"""Of a day: failures are counted on those that were watched for as much."""


def evidence(
    accounts: Accounts, recorded: Recorded, ours: Account, market: MonthMarket, ahead: Ahead
) -> ClaimFacts:
    """The month beside the life that it foreshadows. What nobody told us is left out."""
    return ClaimFacts(
        plan=ahead.plan,
        outlook=ahead.outlook,
        figures=load_figures(),
        generations=load_generations(),
        month=ours.levels,
        offers=tuple(
            Offer(quote.row.provider, quote.row.purchase_option, quote.row.price)
            for quote in one_each(market.quotes)
        ),
        prices=past_prices(accounts, ours, market.gpu_model),
        gpu_model=market.gpu_model,
        plant=plant(accounts, ours, ahead),
        fleet=fleet(accounts, market.gpu_model),
        failures=failures(recorded, ours),
        covered_ratio=Decimal(ours.rota_hours) / ours.span.hours if ours.span.hours else None,
    )


def past_prices(accounts: Accounts, ours: Account, model: str) -> tuple[PastPrice, ...]:
    """The on-demand series of our GPU that spans the longest time, oldest first.

    An index may be one, since it is as old as its market; what somebody wrote in passing is none.
    """
    series: dict[tuple[object, ...], list[CloudPrice]] = defaultdict(list)
    for row in accounts.prices:
        on_demand = row.purchase_option is PurchaseOption.ON_DEMAND
        sound = row.unit_ok and row.quality is not Quality.BLOG
        if on_demand and sound and row.gpu_model == model and row.as_of <= ours.span.last_day:
            series[row.series].append(row)
    longest = max(series.values(), key=_reach, default=[])
    ordered = sorted(longest, key=lambda row: row.as_of)
    return tuple(PastPrice(row.as_of, row.price) for row in ordered)


def _reach(rows: list[CloudPrice]) -> timedelta:
    days = [row.as_of for row in rows]
    return max(days) - min(days)


def plant(accounts: Accounts, ours: Account, ahead: Ahead) -> Plant | None:
    """Own generation beside today's tariff; `None` where no plant was ever offered.

    Nor is there anything to set it beside where no month before has a price on file.
    """
    power, span = accounts.power, ours.span
    if power.plant is None:
        return None
    kw = ahead.plan.activity.it_kw * ahead.plan.activity.pue
    try:
        grid = flat_price(power, kw, span.last_day, span.month.timezone)
    except UnpricedError:
        return None
    both = own_and_grid(power.plant, grid)
    return Plant(both.own, {power.tariff_on(span.last_day).name: both.grid})


def fleet(accounts: Accounts, model: str) -> Fleet | None:
    """The racks that hold GPUs; `None` for a GPU whose ratings are not known."""
    rated = machines().get(model)
    gpus = _gpus_by_rack(accounts)
    if rated is None or not gpus:
        return None
    return Fleet(len(gpus), max(gpus.values()), rated.node_kw, rated.gpu_kw)


def _gpus_by_rack(accounts: Accounts) -> Mapping[str, int]:
    found = Counter[str]()
    for node in accounts.site.nodes():
        found[node.rack] += node.gpus
    return found


def failures(recorded: Recorded, ours: Account) -> tuple[int, ...] | None:
    """Repairs that began on each watched day of the span; `None` where there was no such day.

    Of a day that nobody watched it is not known that nothing broke.
    """
    span = ours.span
    first: dict[str, int] = {}
    for one in sorted(recorded.spans, key=lambda one: one.from_at):
        first.setdefault(one.incident, (one.from_at - span.from_at) // DAY)
    began = Counter(first.values())
    return tuple(began[day] for day in _watched_days(ours)) or None


def _watched_days(ours: Account) -> list[int]:
    """Days of the span, numbered from its beginning; where clocks go forward, the last is short."""
    watched: dict[int, float] = defaultdict(float)
    for hour in ours.hours:
        watched[(hour.hour_at - ours.span.from_at) // DAY] += hour.watched_seconds
    return [day for day in sorted(watched) if watched[day] >= WATCHED_RATIO * DAY.total_seconds()]
