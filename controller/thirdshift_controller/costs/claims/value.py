"""M13 and M14: how fast what was trained loses its worth. Both are about models, not servers."""

from __future__ import annotations

from decimal import Decimal

from thirdshift_controller.costs.claims.claim import Claim
from thirdshift_controller.costs.claims.facts import ClaimFacts, Run
from thirdshift_controller.costs.claims.saying import Saying, of_all
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.percent import percent
from thirdshift_controller.costs.tco.life import outlook
from thirdshift_controller.costs.tco.plan import MONTHS_PER_YEAR
from thirdshift_controller.costs.tco.scaling import at_node_residual

HALF = Decimal("0.5")
M13 = Saying("M13", "A model trained today is worth half in a year.")
M14 = Saying("M14", "Large models do not pay; think of how long they keep their value.")


def halved(run: Run) -> Money:
    """What a run would still be worth if the claim were true."""
    share: Decimal = HALF ** (run.months_old / MONTHS_PER_YEAR)
    return run.cost * share


def halves(facts: ClaimFacts) -> Claim:
    """M13: the register of runs, if any, and the same schedule for servers as a contrast."""
    left = HALF**facts.plan.years
    ours, theirs = (
        ahead.levels.available
        for ahead in (facts.outlook, outlook(at_node_residual(facts.plan, left)))
    )
    used = [
        facts.figure(f"used_card_{end}") / facts.figure("card_price") for end in ("low", "high")
    ]
    contrast = (
        f"As a schedule for servers it would leave {percent(left, 1)} of their price"
        f" ({_hourly(theirs)} an hour, not {_hourly(ours)}), while used cards sold for"
        f" {percent(used[0])} to {percent(used[1])}."
    )
    register = "".join(
        f" {run.name}: {run.cost.shown(0)}, by halves {halved(run).shown(0)}."
        for run in facts.runs or ()
    )
    return M13.untested(
        "what models of our own were worth when they were older", contrast + register
    )


def do_not_pay(facts: ClaimFacts) -> Claim:
    """M14: cost over monthly worth, against the year in which half the worth goes."""
    runs = [run for run in facts.runs or () if run.worth_per_month is not None]
    if not runs:
        return M14.untested("what trained models cost and what each is worth a month")
    months = {run.name: _payback(run) for run in runs}
    said = "; ".join(
        f"{name} {'never' if after is None else f'after {after:.1f} months'}"
        for name, after in months.items()
    )
    late = sum(after is None or after > MONTHS_PER_YEAR for after in months.values())
    return M14.judged(
        of_all(late, len(months)),
        f"Paid back: {said}.",
        "A model does not pay where paying back takes more than the year in which it halves.",
    )


def _payback(run: Run) -> Decimal | None:
    worth = run.worth_per_month
    return run.cost.over(worth) if worth is not None and worth.amount > 0 else None


def _hourly(price: Money | None) -> str:
    return price.shown() if price is not None else "nothing"
