"""Page 13: every number that the month rests on, who said it, when, and where it stands."""

from __future__ import annotations

from datetime import date

from thirdshift_controller.costs.market.prices import Quote
from thirdshift_controller.costs.month.figures import Assumption, MonthFigures
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import Posting
from thirdshift_controller.reports.blocks import (
    Block,
    Column,
    Page,
    Paragraph,
    Row,
    Table,
    Tone,
    Toned,
    right,
    wide,
)
from thirdshift_controller.reports.pages.rent import option, standing
from thirdshift_controller.reports.wording import (
    PRICE_PLACES,
    amount,
    change,
    count,
    day,
    line,
    opening,
)

TITLE = "What it rests on"
_OLD_AFTER_DAYS = 365


def page(figures: MonthFigures) -> Page:
    """Assumptions, prices and restatements."""
    today = figures.month.last_day
    blocks = (_numbers(figures, today), _restated(figures), _prices(figures))
    return Page(13, TITLE, _lead(figures), blocks)


def _lead(figures: MonthFigures) -> str:
    if not figures.assumptions:
        return "What the month rests on is not listed."
    guessed = sum(one.origin.is_assumption for one in figures.assumptions)
    return (
        f"{count(len(figures.assumptions), 'number', 'numbers')} from the books, {guessed} of them"
        f" assumed; {count(len(figures.quotes), 'price', 'prices')} of others."
    )


def _numbers(figures: MonthFigures, today: date) -> Block:
    if not figures.assumptions:
        return Paragraph("No number of the books is listed for this month.")
    columns = (
        wide("Number", 3),
        wide("Value", 4),
        wide("Said by", 4),
        Column("As of"),
        Column("Where"),
        Column("Standing"),
    )
    rows = tuple(_number(one, today) for one in figures.assumptions)
    note = (
        "Sourced: somebody else said it, on a known day. Old: an assumption without a day, or over"
        " a year old."
    )
    return Table("Numbers", columns, rows, note=note)


def _number(one: Assumption, today: date) -> Row:
    origin = one.origin
    return (
        one.what,
        one.value,
        opening(origin.source),
        day(origin.as_of),
        _place(origin),
        _standing(origin, today),
    )


def _place(origin: Origin) -> str:
    if not origin.file:
        return "recorded"
    return f"{origin.file}:{origin.line}" if origin.line else origin.file


def _standing(origin: Origin, today: date) -> Toned:
    if not origin.is_assumption:
        return Toned("sourced", Tone.GOOD) if origin.as_of else Toned("undated", Tone.WARNING)
    if origin.as_of is None or (today - origin.as_of).days > _OLD_AFTER_DAYS:
        return Toned("assumed, old", Tone.BAD)
    return Toned("assumed", Tone.WARNING)


def _prices(figures: MonthFigures) -> Block:
    if not figures.quotes:
        return Paragraph("No dated price of this GPU is known, so nothing is held against our own.")
    columns = (
        wide("Provider", 2),
        wide("Offer", 3),
        Column("Terms"),
        right("USD an hour"),
        Column("As of"),
        wide("Source", 2),
        Column("Counted"),
    )
    rows = tuple(_quote(one) for one in figures.quotes)
    return Table("What others ask for a GPU-hour", columns, rows)


def _quote(quote: Quote) -> Row:
    row = quote.row
    offer = f"{row.sku}, {row.region}" if row.region else row.sku
    return (
        row.provider,
        offer,
        option(row.purchase_option),
        amount(row.price, PRICE_PLACES),
        day(row.as_of),
        row.source,
        Toned(*standing(quote)),
    )


def _restated(figures: MonthFigures) -> Block:
    found = [posting for posting in figures.postings if posting.corrects]
    if not found:
        return Paragraph("No closed month was restated.")
    columns = (
        Column("Month"),
        Column("Line"),
        wide("What", 2),
        right(f"Change, {figures.currency}"),
        wide("How", 3),
    )
    return Table("Closed months that this one restates", columns, tuple(map(_correction, found)))


def _correction(one: Posting) -> Row:
    how = f"{one.working}; {one.origin.source}"
    return one.corrects, line(one.line), one.what, change(one.economic, 2), how
