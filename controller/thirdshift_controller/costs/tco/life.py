"""A plan made into an outlook: lines, totals, and the price of a GPU-hour at each level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.posting import CAPITAL_LINES, Line
from thirdshift_controller.costs.tco.outlook import Levels, LineTotal, Outlook
from thirdshift_controller.costs.tco.plan import Plan
from thirdshift_controller.costs.tco.spending import running, wear

_ORDER = (*CAPITAL_LINES, *(line for line in Line if line not in CAPITAL_LINES))


def outlook(plan: Plan) -> Outlook:
    """What owning comes to over the plan's life. Raises `CurrencyError` for want of a rate."""
    worn = [(pool, wear(pool, plan.months, plan.capital_ratio_per_year)) for pool in plan.pools]
    amounts: dict[Line, Decimal] = defaultdict(Decimal, running(plan))
    kept_running = sum(amounts.values(), Decimal(0))
    for pool, each in worn:
        amounts[pool.line] += each.bought
    capital = sum((each.bought for _, each in worn), Decimal(0))
    residual = sum((each.residual for _, each in worn), Decimal(0))
    charged = sum((each.charged for _, each in worn), Decimal(0))
    gross = capital + kept_running
    return Outlook(
        months=plan.months,
        lines=_lines(plan, amounts, gross),
        capital=Money(capital, plan.currency),
        running=Money(kept_running, plan.currency),
        residual=Money(residual, plan.currency),
        cost_of_capital=Money(charged - (capital - residual), plan.currency),
        levels=levels(plan, Money(kept_running + charged, plan.currency)),
        gpu_share_ratio=_share(amounts[Line.GPU_CARDS], gross),
    )


def levels(plan: Plan, cost: Money) -> Levels:
    """A cost over the life, by the GPU-hour at each level."""
    activity = plan.activity
    available = plan.gpu_hours * activity.available_ratio
    allocated = available * activity.allocated_ratio
    utilised = allocated * activity.utilised_ratio
    return Levels(
        cost.per(plan.gpu_hours), cost.per(available), cost.per(allocated), cost.per(utilised)
    )


def _lines(plan: Plan, amounts: Mapping[Line, Decimal], gross: Decimal) -> tuple[LineTotal, ...]:
    return tuple(
        LineTotal(
            line=line,
            amount=Money(amounts[line], plan.currency),
            share_ratio=_share(amounts[line], gross),
            per_installed_hour=Money(amounts[line] / plan.gpu_hours, plan.currency),
        )
        for line in _ORDER
        if amounts.get(line)
    )


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return part / whole if whole else Decimal(0)
