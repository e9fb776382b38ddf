"""Page 11: who used what, by team, rack and model, and what was paid for and not used."""

from __future__ import annotations

from collections.abc import Sequence

from thirdshift_controller.costs.money import Money, total
from thirdshift_controller.costs.month.figures import MonthFigures, Part
from thirdshift_controller.costs.usage.totals import together
from thirdshift_controller.reports.blocks import (
    Block,
    Card,
    Cards,
    Page,
    Paragraph,
    Row,
    Table,
    right,
    wide,
)
from thirdshift_controller.reports.wording import amount, count, money, number, percent, ratio

TITLE = "Who used it"
_SHOWN = 20
"""Parts with a row of their own; the rest are added up in one."""


def page(figures: MonthFigures) -> Page:
    """Showback."""
    if not (figures.teams or figures.racks or figures.models):
        return Page(11, TITLE, "Neither a scheduler nor an inventory says who used what.", ())
    blocks: list[Block] = [_cards(figures), _teams(figures)]
    blocks += [
        _parts(name, parts, figures.currency)
        for name, parts in (("Rack", figures.racks), ("Model", figures.models))
        if parts
    ]
    return Page(11, TITLE, _lead(figures), tuple(blocks))


def _lead(figures: MonthFigures) -> str:
    if not figures.teams:
        return "No scheduler was read, so the cost is told by rack and by model only."
    largest = max(figures.teams, key=lambda one: one.use.allocated)
    part = ratio(largest.use.allocated, together(one.use for one in figures.teams).allocated)
    return f"{largest.name} held {percent(part)} of the GPU-hours that jobs held."


def _cards(figures: MonthFigures) -> Cards:
    use, idle = figures.use, figures.idle
    held = use.allocated_hours
    unused = (
        f"{number(use.available - held)} GPU-hours" if held is not None else "no scheduler read"
    )
    return Cards(
        (
            Card("Lost", money(idle.lost), f"{number(use.lost)} GPU-hours not available"),
            Card("Idle", money(idle.idle), f"available and not held by a job: {unused}"),
        )
    )


def _teams(figures: MonthFigures) -> Block:
    if not figures.teams:
        return Paragraph("Without a scheduler no team's part can be told.")
    parts = sorted(figures.teams, key=lambda one: -one.cost.amount)
    columns = (
        wide("Team"),
        right("Allocated"),
        right("Utilised"),
        right("of these"),
        right("kWh"),
        right(f"Cost, {figures.currency}"),
    )
    rows = tuple(_team(one) for one in _shortened(parts, figures.currency))
    return Table(
        "By team, in GPU-hours", columns, rows, _team(_sum("All teams", parts, figures.currency))
    )


def _team(one: Part) -> Row:
    use = one.use
    return (
        one.name,
        number(use.allocated),
        number(use.utilised),
        percent(ratio(use.utilised, use.allocated)),
        number(use.wall_kwh + use.wall_modelled_kwh),
        amount(one.cost),
    )


def _parts(name: str, parts: Sequence[Part], currency: str) -> Table:
    columns = (
        wide(name),
        right("Installed"),
        right("Available"),
        right("Lost"),
        right("Utilised"),
        right(f"Cost, {currency}"),
    )
    by_loss = sorted(parts, key=lambda one: (-one.use.lost, one.name))
    rows = tuple(_part(one) for one in _shortened(by_loss, currency))
    note = "Those that lost most come first." if len(parts) > 1 else ""
    return Table(
        f"By {name.lower()}, in GPU-hours", columns, rows, _part(_sum("All", parts, currency)), note
    )


def _part(one: Part) -> Row:
    use = one.use
    return (
        one.name,
        number(use.installed),
        percent(ratio(use.available, use.installed)),
        number(use.lost),
        percent(ratio(use.utilised, use.available)),
        amount(one.cost),
    )


def _shortened(parts: Sequence[Part], currency: str) -> list[Part]:
    if len(parts) <= _SHOWN + 1:
        return list(parts)
    rest = parts[_SHOWN:]
    return [*parts[:_SHOWN], _sum(f"{count(len(rest), 'other', 'others')}", rest, currency)]


def _sum(name: str, parts: Sequence[Part], currency: str) -> Part:
    cost: Money = total([one.cost for one in parts], currency)
    return Part(name, together(one.use for one in parts), cost)
