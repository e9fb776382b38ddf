"""From the budget to what was: electricity factor by factor, all else line by line.

Electricity is used GPU-hours x kWh for each x price x rate of exchange. One factor after another is
moved from its plan to what it was, so the steps add up to the whole difference, nothing left over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from thirdshift_controller.costs.books.books import BudgetPlan
from thirdshift_controller.costs.money import Money, total
from thirdshift_controller.costs.month.figures import REST, Bridge, Cause, LineFigures
from thirdshift_controller.costs.posting import Line


@dataclass(frozen=True, slots=True)
class Electricity:
    """What electricity was, factor by factor."""

    used_gpu_hours: Decimal
    kwh: Decimal
    price_per_kwh: Decimal
    """In the tariff's currency."""
    rate_of_exchange: Decimal


def bridge(
    lines: Sequence[LineFigures],
    plan: BudgetPlan | None,
    was: Electricity,
    installed_gpu_hours: Decimal,
    currency: str,
) -> Bridge | None:
    """The steps from budget to cost; `None` where the month has no budget.

    Plan, budget and `installed_gpu_hours` are of the same span.
    """
    budgeted = [line.budget for line in lines if line.budget is not None]
    if not budgeted:
        return None
    causes = [cause for line in lines for cause in _of(line, plan, was, installed_gpu_hours)]
    return Bridge(
        budget=total(budgeted, currency),
        causes=_told(causes, currency),
        actual=total([line.economic for line in lines], currency),
    )


def _told(causes: Sequence[Cause], currency: str) -> tuple[Cause, ...]:
    """Largest first; those of less than one unit of the currency together, as the last."""
    large = [cause for cause in causes if abs(cause.amount.amount) >= 1]
    small = total([cause.amount for cause in causes if cause not in large], currency)
    rest = [Cause(REST, small, "steps of less than one each")] if small.amount else []
    return (*sorted(large, key=lambda cause: -abs(cause.amount.amount)), *rest)


def _of(
    line: LineFigures, plan: BudgetPlan | None, was: Electricity, installed: Decimal
) -> list[Cause]:
    zero = line.economic * 0
    if line.line is not Line.ELECTRICITY or plan is None or line.budget is None:
        amount = line.economic - (line.budget or zero)
        return [Cause(line.line, amount, _why(line))]
    steps = _electricity(plan, was, installed, line.economic.currency)
    rest = line.economic - line.budget - total([one.amount for one in steps], zero.currency)
    return [*steps, Cause(line.line, rest, "demand, fixed charges and what the plan rounded")]


def _why(line: LineFigures) -> str:
    if line.budget is None:
        return "not in the budget"
    return "more than planned" if line.budget < line.economic else "less than planned"


def _electricity(
    plan: BudgetPlan, was: Electricity, installed: Decimal, currency: str
) -> list[Cause]:
    planned_hours = installed * plan.available_ratio * plan.utilised_ratio
    each = plan.kwh / planned_hours if planned_hours else Decimal(0)
    volume = (was.used_gpu_hours - planned_hours) * each
    efficiency = was.kwh - was.used_gpu_hours * each
    planned_price = plan.price_per_kwh * plan.rate_of_exchange
    dearer = (was.price_per_kwh - plan.price_per_kwh) * plan.rate_of_exchange
    exchange = was.price_per_kwh * (was.rate_of_exchange - plan.rate_of_exchange)
    return [
        Cause("volume", Money(volume * planned_price, currency), _hours(was, planned_hours)),
        Cause("efficiency", Money(efficiency * planned_price, currency), _each(was, each)),
        Cause("price", Money(was.kwh * dearer, currency), _prices(was, plan)),
        Cause("exchange", Money(was.kwh * exchange, currency), _rates(was, plan)),
    ]


def _hours(was: Electricity, planned: Decimal) -> str:
    return f"{was.used_gpu_hours:,.0f} used GPU-hours, {planned:,.0f} planned"


def _each(was: Electricity, planned: Decimal) -> str:
    each = was.kwh / was.used_gpu_hours if was.used_gpu_hours else Decimal(0)
    return f"{each:.3f} kWh for a used GPU-hour, {planned:.3f} planned"


def _prices(was: Electricity, plan: BudgetPlan) -> str:
    return f"{was.price_per_kwh:.4f} a kWh, {plan.price_per_kwh:.4f} planned"


def _rates(was: Electricity, plan: BudgetPlan) -> str:
    return f"{was.rate_of_exchange:.4f} a unit, {plan.rate_of_exchange:.4f} planned"
