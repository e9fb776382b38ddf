"""Reading and changing what a plan's contracts ask for: their rates, seats and licences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from thirdshift_controller.costs.books.books import Basis, Contract
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.tco.activity import HOURS_PER_YEAR
from thirdshift_controller.costs.tco.plan import Plan

_LICENCE = Contract(
    name="software by the GPU",
    line=Line.SOFTWARE,
    basis=Basis.GPU_YEAR,
    amount=Decimal(0),
    currency="",
    quantity=Decimal(1),
    of=(),
    from_on=None,
    to_on=None,
    supplier="",
    origin=Origin("assumption: what software by the GPU may cost"),
)


def mean_rate(line: Line, basis: Basis) -> Callable[[Plan], Decimal | None]:
    """What the contracts of a kind ask for on average, by their quantities."""

    def mean(plan: Plan) -> Decimal | None:
        contracts = _of(plan, line, basis)
        quantity = sum(each.quantity for each in contracts)
        asked = sum(each.amount * each.quantity for each in contracts)
        return asked / quantity if asked and quantity else None

    return mean


def at_mean_rate(line: Line, basis: Basis) -> Callable[[Plan, Decimal], Plan]:
    """All contracts of a kind dearer or cheaper alike, until their mean is what is given."""
    now = mean_rate(line, basis)

    def at(plan: Plan, rate: Decimal) -> Plan:
        factor = rate / (now(plan) or rate)
        moved = _of(plan, line, basis)
        contracts = (
            replace(each, amount=each.amount * factor) if each in moved else each
            for each in plan.contracts
        )
        return replace(plan, contracts=tuple(contracts))

    return at


def seats(plan: Plan) -> Decimal | None:
    """Technicians on duty in an average hour."""
    rota = plan.activity.rota_hours_per_year / HOURS_PER_YEAR
    always = sum(each.quantity for each in _of(plan, Line.TECHNICIANS, Basis.HOUR))
    by_rota = sum(each.quantity for each in _of(plan, Line.TECHNICIANS, Basis.ROTA_HOUR))
    return always + by_rota * rota or None


def at_seats(plan: Plan, count: Decimal) -> Plan:
    """As many technicians on duty, for the same hourly pay."""
    factor = count / (seats(plan) or count)
    moved = _of(plan, Line.TECHNICIANS, Basis.HOUR, Basis.ROTA_HOUR)
    contracts = (
        replace(each, quantity=each.quantity * factor) if each in moved else each
        for each in plan.contracts
    )
    return replace(plan, contracts=tuple(contracts))


def licences(plan: Plan) -> Decimal:
    """What software costs by the GPU and year; what is paid for it otherwise is not in it."""
    contracts = _of(plan, Line.SOFTWARE, Basis.GPU_YEAR)
    return sum((each.amount * each.quantity for each in contracts), Decimal(0))


def at_licences(plan: Plan, amount: Decimal) -> Plan:
    """One licence by the GPU in place of all of them."""
    replaced = _of(plan, Line.SOFTWARE, Basis.GPU_YEAR)
    kept = tuple(each for each in plan.contracts if each not in replaced)
    licence = replace(_LICENCE, amount=amount, currency=plan.currency)
    return replace(plan, contracts=(*kept, licence))


def _of(plan: Plan, line: Line, *bases: Basis) -> list[Contract]:
    return [each for each in plan.contracts if each.line is line and each.basis in bases]
