"""How the price of a GPU-hour, and the cost of hours that were lost, came about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.usage.downtime import LostTime
from thirdshift_controller.reports.data.plain import counted
from thirdshift_controller.reports.data.text_table import RULE, UNTIED, note, table_row


def explain_price(figures: MonthFigures, level: str) -> Iterator[str]:
    """Each line's part of the economic price of one GPU-hour at a level."""
    hours = figures.hours_at(level)
    price: Money | None = getattr(figures.levels, level)
    if not hours or price is None:
        yield f"No {level} GPU-hour was recorded, so there is no price of one."
        return
    divisor, costs = counted(hours), _own_costs(figures)
    yield from table_row("", ["economic", "per GPU-hour"])
    yield RULE
    for line, cost in costs.items():
        yield from table_row(line, [f"{cost:,.2f}", f"{cost / divisor:,.4f}"])
    yield RULE
    whole = sum(costs.values(), Decimal(0))
    added = f"{whole / divisor:,.4f}"
    yield from table_row("sum", [f"{whole:,.2f}", added])
    if added != (shown := f"{price.amount:,.4f}"):
        yield from note(f"{UNTIED}: the month shows {shown}", indent=0)
    yield ""
    yield from note(
        f"{figures.currency} {whole:,.2f} / {divisor:,.1f} {level} GPU-hours:"
        f" {hours / figures.gpu_hours:.2%} of the {figures.gpu_hours:,.1f} of all GPUs, as in the"
        f" {figures.use.installed:,.1f} that were watched.",
        indent=0,
    )


def _own_costs(figures: MonthFigures) -> dict[str, Decimal]:
    """By line, without what is restated of earlier months."""
    costs: dict[str, Decimal] = defaultdict(Decimal)
    for posting in figures.postings:
        if not posting.corrects:
            costs[posting.line] += posting.economic.amount
    ordered = sorted(costs.items(), key=lambda one: -one[1])
    return {line: cost for line, cost in ordered if cost}


def explain_lost(figures: MonthFigures) -> Iterator[str]:
    """What GPUs out of work cost, by fault and by what the repair waited for."""
    downtime, use = figures.downtime, figures.use
    yield from table_row("", ["incidents", "GPU-hours", "cost"])
    yield RULE
    yield from _lost(downtime.by_runbook)
    yield RULE
    yield from _lost(downtime.by_phase)
    yield RULE
    yield from _lost([downtime.whole])
    yield ""
    yield from note(
        f"Installed {use.installed:,.1f} less available {use.available:,.1f} is"
        f" {use.lost:,.1f} GPU-hours; faults that overlap count for each.",
        indent=0,
    )
    for what, money in (
        ("Lost, at the own price of an installed GPU-hour", figures.idle.lost),
        ("Renting the same hours, at the middle of the band", figures.idle.replacement),
        ("One point of availability, a year", figures.idle.point_per_year),
    ):
        if money is not None:
            yield from table_row(what, [f"{money.amount:,.2f}"])


def _lost(times: Sequence[LostTime]) -> Iterator[str]:
    for time in times:
        cost = "" if time.cost is None else f"{time.cost.amount:,.2f}"
        yield from table_row(time.name, [f"{time.incidents:,}", f"{time.gpu_hours:,.1f}", cost])
