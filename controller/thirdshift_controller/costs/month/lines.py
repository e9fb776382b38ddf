"""The month line by line in its three ledgers, beside the budget; and what moved most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from thirdshift_controller.costs.books.books import Books, BudgetPlan
from thirdshift_controller.costs.ledger.span import Span
from thirdshift_controller.costs.money import Money, total
from thirdshift_controller.costs.month.figures import LineFigures, Mover
from thirdshift_controller.costs.posting import Line, Posting

MOVERS_SHOWN = 3


def line_figures(
    postings: Sequence[Posting], budget: Mapping[Line, Money], currency: str
) -> tuple[LineFigures, ...]:
    """Every line that cost something or has a budget, the dearest first."""
    by_line: dict[Line, list[Posting]] = defaultdict(list)
    for posting in postings:
        by_line[posting.line].append(posting)
    whole = total([posting.economic for posting in postings], currency)
    lines = [
        _line(line, by_line[line], budget.get(line), whole)
        for line in Line
        if line in by_line or line in budget
    ]
    told = [one for one in lines if one.budget is not None or _moves_money(one)]
    return tuple(sorted(told, key=lambda one: -one.economic.amount))


def _moves_money(line: LineFigures) -> bool:
    return any(money.amount for money in (line.billed, line.effective, line.economic))


def _line(
    line: Line, postings: Sequence[Posting], budget: Money | None, whole: Money
) -> LineFigures:
    economic = total([one.economic for one in postings], whole.currency)
    return LineFigures(
        line=line,
        billed=total([one.billed for one in postings], whole.currency),
        effective=total([one.effective for one in postings], whole.currency),
        economic=economic,
        share_ratio=economic.over(whole) if whole.amount else Decimal(0),
        budget=budget,
    )


def budget_of(books: Books, span: Span) -> dict[Line, Money]:
    """What each line was planned to cost in a span; empty where its month has no budget.

    A running month is held against its share of the month's plan.
    """
    amounts: dict[Line, list[Money]] = defaultdict(list)
    for row in books.budget:
        if row.month == str(span.month):
            amounts[row.line].append(row.amount * span.month_ratio)
    return {line: total(parts, books.currency) for line, parts in amounts.items()}


def plan_of(books: Books, span: Span) -> BudgetPlan | None:
    """The quantities that a span was planned with; `None` where its month has none."""
    for plan in books.plans:
        if plan.month == str(span.month):
            return replace(plan, kwh=plan.kwh * span.month_ratio)
    return None


def movers(
    lines: Sequence[LineFigures],
    before: Mapping[Line, Money] | None,
    month_before: str,
    currency: str,
) -> tuple[Mover, ...]:
    """The lines that moved most: against the month before where it is known, else the budget.

    A line that cost something then and nothing now has moved too; one that nobody planned has not.
    """
    nothing, now = total([], currency), {line.line: line.economic for line in lines}
    planned = {line.line: line.budget for line in lines if line.budget is not None}
    was, told = (planned, planned) if before is None else (before, {**before, **now})
    against = "budget" if before is None else month_before
    changes = {line: now.get(line, nothing) - was.get(line, nothing) for line in told}
    moved = [Mover(line, change, against) for line, change in changes.items() if change.amount]
    return tuple(sorted(moved, key=lambda one: -abs(one.amount.amount))[:MOVERS_SHOWN])
