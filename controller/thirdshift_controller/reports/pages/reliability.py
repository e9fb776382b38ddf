"""Page 9: what broke, what its repair waited for, and what an hour saved is worth."""

from __future__ import annotations

from decimal import Decimal

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.usage.downtime import LostTime
from thirdshift_controller.reports.blocks import (
    Block,
    Card,
    Cards,
    Chart,
    Column,
    Page,
    Row,
    Table,
    right,
    wide,
)
from thirdshift_controller.reports.charts.downtime import downtime
from thirdshift_controller.reports.pages.rent import band
from thirdshift_controller.reports.wording import (
    UNKNOWN,
    amount,
    count,
    money,
    number,
    percent,
    phase,
    price,
    ratio,
)

TITLE = "Reliability in money"


def page(figures: MonthFigures) -> Page:
    """Downtime by fault and by phase."""
    whole = figures.downtime.whole
    if not whole.incidents:
        return Page(9, TITLE, "No repair touched this month, so none of its hours has a price.", ())
    lead = (
        f"{count(whole.incidents, 'incident', 'incidents')} took {number(whole.gpu_hours)}"
        f" GPU-hours out of work, worth {money(whole.cost)}."
    )
    blocks: tuple[Block, ...] = (
        _cards(figures),
        _chart(figures),
        _faults(figures),
        _phases(figures),
    )
    return Page(9, TITLE, lead, blocks)


def _cards(figures: MonthFigures) -> Cards:
    mean, use = figures.downtime.mean_hours_to_repair, figures.use
    ended = count(figures.downtime.ended, "repair that ended", "repairs that ended")
    hour = f"{number(mean, 1)} h" if mean is not None else UNKNOWN
    rent = band(figures)
    replaced = f"; {price(rent.middle)} to rent one instead" if rent else ""
    return Cards(
        (
            Card(
                "Available", percent(ratio(use.available, use.installed)), "of installed GPU-hours"
            ),
            Card("Mean time to repair", hour, f"over {ended}"),
            Card("An hour less each", money(_saved(figures)), "a month, at the own price"),
            Card(
                "A point of availability",
                money(figures.idle.point_per_year),
                f"a year; a lost hour costs {price(figures.levels.installed)}{replaced}",
            ),
        )
    )


def _saved(figures: MonthFigures) -> Money | None:
    """What a month of repairs that are each an hour shorter would have cost less."""
    whole, mean = figures.downtime.whole, figures.downtime.mean_hours_to_repair
    if whole.cost is None or not mean:
        return None
    return whole.cost.per(Decimal(repr(mean)))


def _chart(figures: MonthFigures) -> Chart:
    ours = figures.downtime
    faults = [(one.name, one.gpu_hours) for one in ours.by_runbook]
    phases = [(phase(one.name), one.gpu_hours) for one in ours.by_phase]
    caption = "GPU-hours out of work, by the fault and by what its repair waited for."
    longest = max(phases, key=lambda one: one[1])
    spoken = f"Most was lost to {longest[0].lower()}: {number(longest[1])} GPU-hours."
    return Chart(downtime(faults, phases), caption, spoken)


def _columns(first: str, currency: str) -> tuple[Column, ...]:
    return wide(first), right("Incidents"), right("GPU-hours"), right(f"Cost, {currency}")


def _faults(figures: MonthFigures) -> Table:
    whole = figures.downtime.whole
    rows = tuple(_row(one, one.name) for one in figures.downtime.by_runbook)
    columns = _columns("Fault", figures.currency)
    note = "A lost GPU-hour is charged at the own price of an installed one."
    return Table("", columns, rows, _row(whole, "All"), note)


def _phases(figures: MonthFigures) -> Table:
    columns = _columns("Waited for", figures.currency)
    rows = tuple(_row(one, phase(one.name)) for one in figures.downtime.by_phase)
    return Table("", columns, rows)


def _row(one: LostTime, name: str) -> Row:
    return name, number(one.incidents), number(one.gpu_hours), amount(one.cost)
