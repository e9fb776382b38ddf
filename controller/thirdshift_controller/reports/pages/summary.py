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
    Chart,
    Heading,
    Note,
    Notes,
    Page,
    Pair,
    Row,
    Single,
    Table,
    Tone,
    Width,
    right,
    wide,
)
from thirdshift_controller.reports.charts.levels import levels
from thirdshift_controller.reports.pages.quality import light
from thirdshift_controller.reports.pages.rent import band, option
from thirdshift_controller.reports.wording import (
    PRICE_PLACES,
    amount,
    answer,
    change,
    count,
    day,
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
        *_prices(figures),
        _movers(figures),
        *_warnings(figures),
    )
    return Page(1, "The month on one page", _lead(figures), blocks)


def _lead(figures: MonthFigures) -> str:
    own = figures.levels.available
    if own is None:
        return f"No GPU-hour of {title(figures.month)} was recorded, so none has a price."
    return (
        f"In {title(figures.month)} the site cost {money(figures.total)};"
        f" an available GPU-hour came to {price(own)}."
    )


def _cost(figures: MonthFigures) -> Card:
    label, value = "What did the month cost?", money(figures.total)
    if figures.budget is None:
        return Card(label, value, "There is no budget for this month.")
    over = figures.total - figures.budget
    side = "over" if over.amount > 0 else "under"
    part = over.over(figures.budget) if figures.budget.amount else None
    text = f"{money(_absolute(over))} ({percent(abs(part) if part is not None else None)}) {side}"
    return Card(label, value, f"{text} the budget of {money(figures.budget)}.", _over(part))


def _over(part: Decimal | None) -> Tone:
    if part is None or part > _OVER_BUDGET_RATIO:
        return Tone.BAD
    return Tone.WARNING if part > 0 else Tone.GOOD


def _absolute(value: Money) -> Money:
    return Money(abs(value.amount), value.currency)


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


def _prices(figures: MonthFigures) -> tuple[Block, ...]:
    own = _own(figures)
    drawn = [(name, cost) for name, _, cost in own if cost is not None]
    if not drawn:
        return ()
    rent = band(figures)
    ends = (
        (float(rent.low.amount), float(rent.middle.amount), float(rent.high.amount))
        if rent
        else None
    )
    names = [(name, float(cost.amount)) for name, cost in drawn]
    svg = levels(names, "Available", ends, figures.currency)
    caption = (
        "Our own GPU-hour at its four levels, and the band of others on demand with its middle."
        if rent
        else "Our own GPU-hour at its levels. No rent can stand beside it."
    )
    spoken = "; ".join(f"{name} {price(cost)}" for name, cost in drawn)
    tables: tuple[Single, ...] = (_own_table(figures), *_rent_table(figures))
    return (Pair((Chart(svg, caption, f"{caption} {spoken}.", Width.HALF),), tables),)


def _own(figures: MonthFigures) -> list[tuple[str, float | None, Money | None]]:
    use, own = figures.use, figures.levels
    return [
        ("Installed", use.installed, own.installed),
        ("Available", use.available, own.available),
        ("Allocated", use.allocated_hours, own.allocated),
        ("Utilised", use.utilised, own.utilised),
    ]


def _own_table(figures: MonthFigures) -> Table:
    columns = (wide("Our own"), right("GPU-hours"), right(f"{figures.currency} for one"))
    rows: tuple[Row, ...] = tuple(
        (name, number(hours), amount(cost, PRICE_PLACES)) for name, hours, cost in _own(figures)
    )
    return Table("", columns, rows)


def _rent_table(figures: MonthFigures) -> tuple[Table, ...]:
    cloud = figures.cloud
    if cloud is None:
        return ()
    low, high = cloud.low.row, cloud.high.row
    columns = (
        wide(f"Rented, {option(cloud.option).lower()}"),
        right("As of"),
        right(f"{cloud.median.currency} for one"),
    )
    rows: tuple[Row, ...] = (
        (f"Lowest, {low.provider}", day(low.as_of), amount(low.price, PRICE_PLACES)),
        (f"Middle of {cloud.quotes} prices", "", amount(cloud.median, PRICE_PLACES)),
        (f"Highest, {high.provider}", day(high.as_of), amount(high.price, PRICE_PLACES)),
    )
    return (Table("", columns, rows),)


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
