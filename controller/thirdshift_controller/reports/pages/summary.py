"""Page 1, for who reads no other: cost, own and rent, downtime, movers, and how sure it all is."""

from __future__ import annotations

from decimal import Decimal

from thirdshift_controller.costs.market.comparison import Answer
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.doubts import Weight
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.reports.blocks import (
    Block,
    Card,
    Cards,
    Heading,
    Note,
    Notes,
    Page,
    Row,
    Table,
    Tone,
    right,
    wide,
)
from thirdshift_controller.reports.pages.ladder import price_ladder
from thirdshift_controller.reports.pages.quality import light
from thirdshift_controller.reports.wording import (
    answer,
    change,
    count,
    line,
    money,
    number,
    percent,
    price,
    ratio,
    title,
)

_OVER_BUDGET_RATIO = Decimal("0.05")
"""From here on a month over its budget is bad, not just a warning."""
_WARNINGS = 3
"""As many as leave the page one page."""
_TONES = {
    Answer.YES: Tone.GOOD,
    Answer.ONLY_IF_BUSIER: Tone.WARNING,
    Answer.NO: Tone.BAD,
    Answer.UNKNOWN: Tone.PLAIN,
}


def page(figures: MonthFigures) -> Page:
    """The one page."""
    verdict = figures.verdict
    says = f"{verdict.finding} {verdict.condition}".strip()
    owning = Card("Own or rent?", answer(verdict.answer), says, _TONES[verdict.answer])
    blocks: tuple[Block, ...] = (
        Cards((owning,)),
        Cards((_cost(figures), _downtime(figures), _quality(figures))),
        *price_ladder(figures),
        _movers(figures),
        *_warnings(figures),
    )
    return Page(1, "The month on one page", _lead(figures), blocks)


def _lead(figures: MonthFigures) -> str:
    own = figures.levels.available
    if own is None:
        return f"No GPU-hour of {title(figures.month)} was recorded, so none has a price."
    told = f"In {title(figures.month)}{', so far,' if figures.is_running else ''}"
    return (
        f"{told} the site cost {money(figures.total)}; an available GPU-hour came to {price(own)}."
    )


def _cost(figures: MonthFigures) -> Card:
    so_far = " so far" if figures.is_running else ""
    label, value = f"What did the month cost{so_far}?", money(figures.total)
    if figures.budget is None:
        return Card(label, value, "There is no budget for this month.")
    over = figures.total - figures.budget
    side = "over" if over.amount > 0 else "under"
    if not figures.budget.amount:
        return Card(label, value, "The budget of this month is nothing.", Tone.BAD)
    part = over.over(figures.budget)
    apart = Money(abs(over.amount), over.currency)
    planned = f"the budget{so_far} of {money(figures.budget)}"
    text = f"{money(apart)} ({percent(abs(part))}) {side} {planned}."
    return Card(label, value, text, _over(part))


def _over(part: Decimal) -> Tone:
    if part > _OVER_BUDGET_RATIO:
        return Tone.BAD
    return Tone.WARNING if part > 0 else Tone.GOOD


def _downtime(figures: MonthFigures) -> Card:
    use, whole = figures.use, figures.downtime.whole
    available = ratio(use.available, use.installed)
    if available is None:
        return Card("What did downtime cost?", money(figures.idle.lost))
    text = (
        f"{percent(available)} available; {number(use.lost)} GPU-hours lost,"
        f" {count(whole.incidents, 'incident', 'incidents')}."
    )
    if figures.idle.replacement is not None:
        text += f" Renting them would have cost {money(figures.idle.replacement)}."
    return Card("What did downtime cost?", money(figures.idle.lost), text)


def _quality(figures: MonthFigures) -> Card:
    found = light(figures)
    return Card("How good are the data?", found.colour, found.why, found.tone)


def _movers(figures: MonthFigures) -> Table:
    columns = (wide("Line"), wide("Against"), right(f"Change, {figures.currency}"))
    rows: tuple[Row, ...] = tuple(
        (
            line(mover.line),
            f"the {mover.against}" if mover.against == "budget" else mover.against,
            change(mover.amount),
        )
        for mover in figures.movers
    )
    note = "" if rows else "There is neither a budget nor a month before to measure against."
    return Table("What moved most", columns, rows, note=note)


def _warnings(figures: MonthFigures) -> tuple[Block, ...]:
    """The first few; all of them are on page 14."""
    warnings = [one.text for one in figures.doubts if one.weight is Weight.WARNING]
    if not warnings:
        return ()
    notes = [Note(text, Tone.WARNING) for text in warnings[:_WARNINGS]]
    if len(warnings) > _WARNINGS:
        more = count(len(warnings) - _WARNINGS, "more warning", "more warnings")
        notes.append(Note(f"{more} on page 14.", Tone.WARNING))
    return (Heading("Before you trust it"), Notes(tuple(notes)))
