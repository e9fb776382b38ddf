"""Owning beside renting the same hours at one price for the whole life.

What owning saves is the rent of the allocated hours: nobody rents what nobody uses. The price is
held for the whole life, so each figure is an upper bound; who prints one says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.tco.life import outlook
from thirdshift_controller.costs.tco.outlook import Rival
from thirdshift_controller.costs.tco.plan import Plan
from thirdshift_controller.costs.tco.returns import irr, npv
from thirdshift_controller.costs.tco.spending import value_at_end

SEARCHED_MONTHS = 120
"""A payback later than that is none."""


@dataclass(frozen=True, slots=True)
class Rent:
    """A price per GPU-hour, in any currency that the plan has a rate for."""

    name: str
    price: Money


def rivals(plan: Plan, rents: Iterable[Rent]) -> tuple[Rival, ...]:
    """Each rent beside the plan, in their order; none where no GPU-hour would be available."""
    ahead = outlook(plan)
    own = ahead.levels.available
    if own is None:
        return ()
    outlays, running = _outlays(plan), ahead.running.amount / plan.months
    hours = allocated_hours_per_month(plan)
    return tuple(
        _rival(plan, rent.name, plan.converted(rent.price), own, outlays, hours, running)
        for rent in rents
    )


def allocated_hours_per_month(plan: Plan) -> Decimal:
    """The GPU-hours that would have to be rented."""
    activity = plan.activity
    return plan.gpu_hours / plan.months * activity.available_ratio * activity.allocated_ratio


def payback_said(rival: Rival, months: int) -> str:
    """The payback in words, for a life of `months`."""
    if rival.payback_months is None:
        return f"never in {SEARCHED_MONTHS}"
    if rival.payback_months > months:
        return f"never in {months} (after {rival.payback_months})"
    return f"after {rival.payback_months}"


def _rival(
    plan: Plan,
    name: str,
    price: Money,
    own: Money,
    outlays: list[Decimal],
    hours: Decimal,
    running: Decimal,
) -> Rival:
    saved = price.amount * hours - running
    flows = [outlays[0], *(outlay + saved for outlay in outlays[1:])]
    return Rival(
        name=name,
        price=price,
        margin_ratio=1 - own.over(price),
        break_even_ratio=own.over(price),
        payback_months=_payback(-outlays[0], saved),
        npv=Money(npv(flows, plan.capital_ratio_per_year), plan.currency),
        irr_ratio=irr(flows),
    )


def _outlays(plan: Plan) -> list[Decimal]:
    """What is bought and sold, by month: purchases below zero, what worn assets bring above."""
    flows = [Decimal(0)] * (plan.months + 1)
    for pool in plan.pools:
        for month in range(0, plan.months, pool.life_months):
            flows[month] -= pool.price
            if month:
                flows[month] += pool.price * pool.residual_ratio
        flows[plan.months] += value_at_end(pool, plan.months)
    return flows


def _payback(capital: Decimal, saved_per_month: Decimal) -> int | None:
    """The first month by whose end the saved rent has paid for what was bought at the beginning."""
    if saved_per_month <= 0:
        return None
    months = int((capital / saved_per_month).to_integral_value(ROUND_CEILING))
    return months if months <= SEARCHED_MONTHS else None
