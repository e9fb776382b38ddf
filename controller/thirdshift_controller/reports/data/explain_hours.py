"""How the price of a GPU-hour, and the cost of hours that were lost, came about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from thirdshift_controller.costs.money import Money, total
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.percent import percent
from thirdshift_controller.costs.usage.downtime import LostTime
from thirdshift_controller.reports.data.plain import counted
from thirdshift_controller.reports.data.text_table import RULE, UNTIED, note, table_row


def explain_price(figures: MonthFigures, level: str) -> Iterator[str]:
    """Each line's part of the economic price of one GPU-hour at a level."""
    hours, price = figures.gpu_hours(level), getattr(figures.levels, level)
    if hours is None or price is None:
        yield f"No {level} GPU-hour was recorded, so there is no price of one."
        return
    own = [posting for posting in figures.postings if not posting.corrects]
    cost = total([posting.economic for posting in own], figures.currency)
    yield from table_row("", ["economic", "per GPU-hour"])
    yield RULE
    for line in figures.lines:
        parts = [posting.economic for posting in own if posting.line is line.line]
        yield from table_row(line.line, _amounts(total(parts, figures.currency), hours))
    yield RULE
    whole, added = _amounts(cost, hours)
    yield from table_row("sum", [whole, added])
    if added != (shown := f"{price.amount:,.4f}"):
        yield from note(f"{UNTIED}: the month shows {shown}", indent=0)
    yield ""
    yield from note(f"{cost.shown()} / {hours:,.1f} {level} GPU-hours", indent=0)
    yield from _beside(figures, len(own))


def _amounts(cost: Money, hours: float) -> list[str]:
    return [f"{cost.amount:,.2f}", f"{cost.amount / counted(hours):,.4f}"]


def _beside(figures: MonthFigures, own: int) -> Iterator[str]:
    """What the division does not show: hours that nobody watched, and restated months."""
    if figures.window is not None and figures.window.covered_ratio < 1:
        yield from note(
            f"{percent(figures.window.covered_ratio, 1)} of the month was watched; the rest of"
            " these hours are taken to have been the same.",
            indent=0,
        )
    if own < len(figures.postings):
        yield from note("What the month restates of earlier ones is in no price.", indent=0)


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
