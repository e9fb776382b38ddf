"""Page 2: where the money goes, and how large the GPU's share is by each meaning of the words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.costs.tco.outlook import Outlook
from thirdshift_controller.reports.blocks import (
    Block,
    Chart,
    Page,
    Pair,
    Row,
    Table,
    Width,
    right,
    wide,
)
from thirdshift_controller.reports.charts.shares import Bar, pie, shares
from thirdshift_controller.reports.wording import amount, change, count, line, percent

TITLE = "Where the money goes"
_GROUPS = {
    "GPU cards": (Line.GPU_CARDS,),
    "Nodes without cards": (Line.NODES,),
    "Network": (Line.SWITCHES, Line.OPTICS),
    "Other hardware": (Line.STORAGE, Line.RACKS, Line.SPARES, Line.INSTALL, Line.PLANT),
    "Colocation": (Line.COLO,),
    "Electricity": (Line.ELECTRICITY,),
    "People": (Line.TECHNICIANS, Line.ENGINEERS, Line.REMOTE_HANDS),
    "Support and the rest": (
        Line.SUPPORT,
        Line.SOFTWARE,
        Line.TRANSIT,
        Line.INSURANCE,
        Line.DECOMMISSIONING,
        Line.TAX,
    ),
}
_NETWORK = (Line.SWITCHES, Line.OPTICS)
_NODES = (Line.GPU_CARDS, Line.NODES)


def page(figures: MonthFigures) -> Page:
    """The shares of the month and of the whole life."""
    if not figures.lines or not figures.total.amount:
        return Page(2, TITLE, "The month has no cost yet, so there are no shares of it.", ())
    cards = sum(one.share_ratio for one in figures.lines if one.line is Line.GPU_CARDS)
    lead = f"GPU cards are {percent(Decimal(cards))} of what the month really cost."
    talk = _talk(figures.outlook) if figures.outlook else ()
    blocks = (_bars(figures), *talk, _lines(figures))
    return Page(2, TITLE, lead, blocks)


def _bars(figures: MonthFigures) -> Chart:
    month = {one.line: one.economic for one in figures.lines}
    bars = [Bar("This month", _grouped(month))]
    if figures.outlook is not None:
        life = {one.line: one.amount for one in figures.outlook.lines}
        bars.append(Bar(f"Life, {_life(figures.outlook)}", _grouped(life)))
    caption = (
        "This month: economic cost, with the value lost and the capital bound. Life: all cash out,"
        " without residual value and cost of capital."
    )
    parts = ", ".join(f"{name} {percent(part)}" for name, part in bars[0].parts.items())
    return Chart(shares(bars), caption, f"Of this month's cost: {parts}.")


def _grouped(amounts: dict[Line, Money]) -> dict[str, float]:
    whole = sum(money.amount for money in amounts.values())
    return {
        name: float(sum(amounts[line].amount for line in lines if line in amounts) / whole)
        for name, lines in _GROUPS.items()
    }


def _life(outlook: Outlook) -> str:
    return count(outlook.months, "month", "months")


def _talk(outlook: Outlook) -> tuple[Block, ...]:
    """The pie that was shown in the talk, from this site's books, and what it depends on."""
    if not outlook.gross.amount:
        return ()
    ratio = outlook.gpu_share_ratio
    caption = f"Claim M1 once more: cards of gross cost over {_life(outlook)}."
    spoken = f"Cards are {percent(ratio)} of gross cost."
    drawing = Chart(pie("GPU cards", float(ratio)), caption, spoken, Width.HALF)
    return (Pair((drawing,), (_meanings(outlook),)),)


def _meanings(outlook: Outlook) -> Table:
    of = _adder(outlook)
    gross, capital = outlook.gross, outlook.capital
    meanings = (
        ("Cards of hardware", of(_NODES[:1]), capital),
        ("Nodes of hardware", of(_NODES), capital),
        ("Cards of gross cost", of(_NODES[:1]), gross),
        ("Nodes of gross cost", of(_NODES), gross),
        ("Nodes and network of gross cost", of((*_NODES, *_NETWORK)), gross),
    )
    rows: tuple[Row, ...] = tuple(
        (name, percent(part.over(whole)) if whole.amount else percent(None))
        for name, part, whole in meanings
    )
    note = "Hardware is all that is bought once; nodes are with their cards."
    return Table(
        "What “the GPU's share” can mean", (wide("Share"), right("Ratio")), rows, note=note
    )


def _adder(outlook: Outlook) -> Callable[[Iterable[Line]], Money]:
    amounts = {one.line: one.amount for one in outlook.lines}

    def added(lines: Iterable[Line]) -> Money:
        nothing = Money(Decimal(0), outlook.capital.currency)
        return sum((amounts[line] for line in lines if line in amounts), nothing)

    return added


def _lines(figures: MonthFigures) -> Table:
    columns = [wide("Line"), right(f"Cost, {figures.currency}"), right("Share")]
    if figures.budget is not None:
        columns += [right("Budget"), right("Over it")]
    shown = len(columns)
    rows = tuple(
        _row(line(one.line), one.economic, one.share_ratio, one.budget)[:shown]
        for one in figures.lines
    )
    whole = _row("All", figures.total, Decimal(1), figures.budget)[:shown]
    return Table("Every line of the month", tuple(columns), rows, whole)


def _row(name: str, cost: Money, share: Decimal, budget: Money | None) -> Row:
    planned = (amount(budget), change(cost - budget)) if budget else ("no budget", "")
    return name, amount(cost), percent(share), *planned
