"""How a figure of the month came about: each posting, its working, and who said so.

Plain text of 80 columns. What is shown is added up from the postings again, so a figure that would
not tie says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from thirdshift_controller.config.explain import nearest
from thirdshift_controller.costs.money import Money, total
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.posting import Charge, Line, Posting
from thirdshift_controller.errors import NotFoundError
from thirdshift_controller.reports.data.explain_hours import explain_lost, explain_price
from thirdshift_controller.reports.data.explain_market import explain_cloud
from thirdshift_controller.reports.data.text_table import RULE, UNTIED, note, page, table_row

LEDGERS = ("billed", "effective", "economic")
_HOUR_SECONDS = 3600
_METERED = frozenset({Charge.METERED, Charge.TRUE_UP})


def explain(figures: MonthFigures, line: str) -> str:
    """The account of a line of the books, or of a topic. Raises `NotFoundError` on another word."""
    if line in _TOPICS:
        return page([*_head(line, figures), *_TOPICS[line](figures)])
    if line in set(Line):
        return page([*_head(line, figures), *_line(figures, Line(line))])
    known = [*_TOPICS, *Line]
    raise NotFoundError(f'"{line}" is no line of the month; {nearest(line, known)}')


def _head(word: str, figures: MonthFigures) -> Iterator[str]:
    state = "closed" if figures.closed else "not closed"
    yield f"{word} of {figures.site}, {figures.month} ({state}), in {figures.currency}"
    yield ""


def _line(figures: MonthFigures, line: Line) -> Iterator[str]:
    ours = [posting for posting in figures.postings if posting.line is line]
    if not ours:
        yield "The books have nothing of this line in this month."
        return
    yield from table_row("", LEDGERS)
    yield RULE
    for posting in ours:
        yield from _posting(posting)
    yield from _sum(ours, figures.currency)
    yield from _tied(figures, line, ours)
    if any(posting.charge in _METERED for posting in ours):
        yield from _behind(figures)


def _posting(posting: Posting) -> Iterator[str]:
    yield from table_row(posting.what, [_amount(getattr(posting, name)) for name in LEDGERS])
    yield from note(f"{posting.charge.replace('_', ' ')}: {posting.working}")
    yield from note(f"from {posting.origin}")
    if posting.modelled:
        yield from note("modelled: an estimate stands in for a meter that was not read")
    if posting.corrects:
        yield from note(f"restates {posting.corrects}, which was closed")


def _sum(postings: Sequence[Posting], currency: str) -> Iterator[str]:
    yield RULE
    sums = [total([getattr(one, name) for one in postings], currency) for name in LEDGERS]
    yield from table_row("sum", [_amount(money) for money in sums])


def _tied(figures: MonthFigures, line: Line, ours: Sequence[Posting]) -> Iterator[str]:
    """Says so where the month shows another figure than its postings add up to."""
    shown = next((one for one in figures.lines if one.line is line), None)
    for name in LEDGERS:
        added = total([getattr(one, name) for one in ours], figures.currency)
        figure = getattr(shown, name) if shown else total([], figures.currency)
        if _amount(figure) != _amount(added):
            said = _amount(figure) if shown else "nothing"
            yield from note(f"{UNTIED}: the month shows {said} as {name}", indent=0)


def _behind(figures: MonthFigures) -> Iterator[str]:
    """The records that a metered line rests on."""
    energy, window = figures.energy, figures.window
    yield ""
    if window is not None:
        racks = "one rack" if len(figures.racks) == 1 else f"{len(figures.racks):,} racks"
        yield from note(
            f"Behind it: {window.covered_seconds / _HOUR_SECONDS:,.1f} of the month's"
            f" {figures.month.seconds / _HOUR_SECONDS:,.1f} hours were watched, on"
            f" {figures.gpus_installed:,} GPUs in {racks}.",
            indent=0,
        )
    said = "the hall's meter says" if energy.pue_measured else "as assumed"
    yield from note(
        f"IT drew {energy.it_kwh:,.1f} kWh, of which no meter showed"
        f" {energy.it_modelled_kwh:,.1f}; with a PUE of {energy.pue} ({said}) the hall drew"
        f" {energy.facility_kwh:,.1f} kWh.",
        indent=0,
    )


def _total(figures: MonthFigures) -> Iterator[str]:
    yield from table_row("", LEDGERS)
    yield RULE
    for line in figures.lines:
        yield from table_row(line.line, [_amount(getattr(line, name)) for name in LEDGERS])
    yield from _sum(figures.postings, figures.currency)
    shown = (figures.billed, figures.effective, figures.total)
    yield from table_row("as the month shows", [_amount(money) for money in shown])


def _amount(money: Money) -> str:
    return f"{money.amount:,.2f}"


_TOPICS: dict[str, Callable[[MonthFigures], Iterator[str]]] = {
    "total": _total,
    "installed": lambda figures: explain_price(figures, "installed"),
    "available": lambda figures: explain_price(figures, "available"),
    "allocated": lambda figures: explain_price(figures, "allocated"),
    "utilised": lambda figures: explain_price(figures, "utilised"),
    "cloud": explain_cloud,
    "lost": explain_lost,
}
"""What can be asked beside the lines; the levels are those of the price of a GPU-hour."""
