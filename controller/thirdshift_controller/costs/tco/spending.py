"""What a plan costs by line over its life, in plain decimals of its currency.

The annual convention: an asset bought for C and worth S after L years costs each year

    C * CRF(r, L) - S * (CRF(r, L) - r)

at a cost of capital of r a year. One that lasts shorter than the plan is bought again; of one that
lasts longer, the plan's end finds a value by straight line. Running costs are by the year of 8,760
hours and do not bind capital.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from thirdshift_controller.costs.books.books import Basis, Contract
from thirdshift_controller.costs.finance import annual_charge
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.tco.activity import HOURS_PER_YEAR
from thirdshift_controller.costs.tco.plan import MONTHS_PER_YEAR, Plan, Pool


@dataclass(frozen=True, slots=True)
class Wear:
    """What a pool comes to over a life."""

    bought: Decimal
    """Every purchase that falls into it."""
    residual: Decimal
    """What the worn sets were sold for, and the value of the last at the end."""
    charged: Decimal
    """Depreciation and capital, by the annual convention."""


def wear(pool: Pool, months: int, rate_per_year: Decimal) -> Wear:
    """A pool over so many months."""
    sets = -(-months // pool.life_months)
    salvage = pool.price * pool.residual_ratio
    residual = salvage * (sets - 1) + value_at_end(pool, months)
    life_years = Decimal(pool.life_months) / MONTHS_PER_YEAR
    annual = annual_charge(pool.price, salvage, rate_per_year, life_years)
    return Wear(pool.price * sets, residual, annual * months / MONTHS_PER_YEAR)


def value_at_end(pool: Pool, months: int) -> Decimal:
    """Of the last set bought, by straight line from its price to what is left of it."""
    age = (months - 1) % pool.life_months + 1
    return pool.price * (1 - (1 - pool.residual_ratio) * age / pool.life_months)


def running(plan: Plan) -> dict[Line, Decimal]:
    """Contracts, electricity and tax by line over the whole life."""
    lines: dict[Line, Decimal] = defaultdict(Decimal)
    for contract in plan.contracts:
        lines[contract.line] += per_year(plan, contract) * plan.years
    if plan.activity.it_kw:
        lines[Line.ELECTRICITY] += _electricity_per_year(plan) * plan.years
    tax = _tax(plan, lines)
    if tax:
        lines[Line.TAX] += tax
    return lines


def per_year(plan: Plan, contract: Contract) -> Decimal:
    """What a contract costs a year."""
    return contract.amount * contract.quantity * _TIMES[contract.basis](plan, contract)


_TIMES: Mapping[Basis, Callable[[Plan, Contract], Decimal]] = {
    Basis.MONTH: lambda plan, contract: Decimal(MONTHS_PER_YEAR),
    Basis.YEAR: lambda plan, contract: Decimal(1),
    Basis.HOUR: lambda plan, contract: HOURS_PER_YEAR,
    Basis.ROTA_HOUR: lambda plan, contract: plan.activity.rota_hours_per_year,
    Basis.KW_MONTH: lambda plan, contract: Decimal(MONTHS_PER_YEAR),
    Basis.GPU_YEAR: lambda plan, contract: Decimal(plan.activity.gpus),
    Basis.PRICE_YEAR: lambda plan, contract: plan.price_of(*contract.of),
    Basis.REPAIR: lambda plan, contract: plan.activity.repairs_per_year,
}


def _electricity_per_year(plan: Plan) -> Decimal:
    activity = plan.activity
    price = plan.converted(activity.price_per_kwh).amount
    return activity.it_kw * activity.pue * HOURS_PER_YEAR * price


def _tax(plan: Plan, lines: Mapping[Line, Decimal]) -> Decimal:
    """On assets it is due with each purchase; like the rest of it, it binds no capital here."""
    bought: dict[Line, Decimal] = defaultdict(Decimal, lines)
    for pool in plan.pools:
        bought[pool.line] += wear(pool, plan.months, plan.capital_ratio_per_year).bought
    return sum((tax.ratio * bought[line] for tax in plan.taxes for line in tax.lines), Decimal(0))
