"""How the price of a GPU-hour, and the cost of hours that were lost, came about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.usage.downtime import LostTime
from thirdshift_controller.reports.data.plain import counted
from thirdshift_controller.reports.data.text_table import RULE, note, table_row

_ATTRIBUTE = {"allocated": "allocated_hours"}
"""What jobs held is known only where a scheduler was read."""


def explain_price(figures: MonthFigures, level: str) -> Iterator[str]:
    """Each line's part of the economic price of one GPU-hour at a level."""
    hours: float | None = getattr(figures.use, _ATTRIBUTE.get(level, level))
    price: Money | None = getattr(figures.levels, level)
    if not hours or price is None:
        yield f"No {level} GPU-hour was recorded, so there is no price of one."
        return
    yield from table_row("", ["economic", "per GPU-hour"])
    yield RULE
    divisor = counted(hours)
    for line in figures.lines:
        amounts = (line.economic.amount, line.economic.amount / divisor)
        yield from table_row(line.line, [f"{amounts[0]:,.2f}", f"{amounts[1]:,.4f}"])
    yield RULE
    added = f"{figures.total.amount / divisor:,.4f}"
    yield from table_row("sum", [f"{figures.total.amount:,.2f}", added])
    if added != (shown := f"{price.amount:,.4f}"):
        yield from note(f"does not tie: the month shows {shown}", indent=0)
    yield ""
    yield from note(f"{figures.total.shown()} / {hours:,.1f} {level} GPU-hours", indent=0)
    if figures.window is not None and figures.window.covered_ratio < 1:
        share = figures.window.covered_ratio
        yield from note(f"These hours cover {share:.1%} of the month.", indent=0)


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
