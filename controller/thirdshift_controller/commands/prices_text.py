"""What `prices` writes: quotes in columns, the account of an import, moves, a bundle's contents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from thirdshift_controller.costs.market.bundle import Bundle
from thirdshift_controller.costs.market.difference import Difference
from thirdshift_controller.costs.market.importers.remarks import Done, Imported, Remark, Trap
from thirdshift_controller.costs.market.quotes import Quote
from thirdshift_controller.costs.market.record import CloudPrice

EXAMPLES = 3
"""Of each kind of remark, unless all are asked for."""
_HEADER = ("USD/GPU-h", "GPU", "terms", "age", "colour", "decides", "who", "source")


def listing(quotes: Sequence[Quote], on: date) -> str:
    """Quotes of a day, a line each: price, age and its colour, and whether a verdict may use it."""
    lines = "".join(_columns([_HEADER, *(_quote(quote) for quote in quotes)]))
    deciding = sum(quote.decides for quote in quotes)
    return f"{lines}{len(quotes)} prices known on {on}, {deciding} of them may decide\n"


def account(found: Imported, *, every: bool) -> str:
    """What became of each row of a file."""
    lines = list(_remarks(found.remarks, every=every))
    lines += [f"{count:,} rows beside the matter: {why}" for why, count in found.beside.items()]
    dropped = sum(remark.done is Done.DROPPED for remark in found.remarks)
    lines.append(
        f"{found.rows:,} rows read, {len(found.prices):,} prices taken;"
        f" {len(found.remarks):,} remarks, {dropped:,} of them on what was dropped"
    )
    return "".join(f"{line}\n" for line in lines)


def changes(found: Difference) -> str:
    """What a human is to accept, and how much there is that need not be looked at."""
    lines = [
        f"{move.ratio:+.1%}  {_told(move.old)} -> {_told(move.new, by_itself=False)}"
        for move in found.moves
    ]
    lines += [f"new     {_told(price)}" for price in found.new]
    lines += [f"gone    {_told(price)}" for price in found.gone]
    lines.append(
        f"{len(found.moves):,} moved by more than 5 %, {len(found.new):,} new,"
        f" {len(found.gone):,} gone, {found.steady:,} steady"
    )
    return "".join(f"{line}\n" for line in lines)


def contents(bundle: Bundle) -> str:
    """A bundle that is whole, table by table."""
    lines = [
        f"{one.name}: {one.rows:,} prices of {one.first_retrieved_on} to {one.retrieved_on},"
        f" {', '.join(one.sources)} ({', '.join(one.licences)})"
        for one in bundle.tables
    ]
    lines.append(f"the bundle of {bundle.month} is whole and the sender's")
    return "".join(f"{line}\n" for line in lines)


def _quote(quote: Quote) -> tuple[str, ...]:
    row = quote.row
    currency = "" if row.price.currency == "USD" else f" {row.price.currency}"
    return (
        f"{row.price.amount:.3f}{currency}",
        row.gpu_model,
        _terms(row),
        f"{quote.age_days} d",
        quote.freshness,
        "yes" if quote.decides else "no",
        " ".join(filter(None, (row.provider, row.sku, row.region))),
        f"{row.quality}, {row.source}, {row.as_of}",
    )


def _terms(row: CloudPrice) -> str:
    months = f" {row.term_months} months" if row.term_months else ""
    return f"{row.purchase_option.replace('_', ' ')}{months}"


def _columns(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip() + "\n"


def _remarks(remarks: Iterable[Remark], *, every: bool) -> Iterator[str]:
    alike: dict[tuple[Trap, Done], list[Remark]] = defaultdict(list)
    for remark in remarks:
        alike[remark.what, remark.done].append(remark)
    for (what, done), some in alike.items():
        shown = some if every else some[:EXAMPLES]
        yield from map(str, shown)
        if len(some) > len(shown):
            yield f"… {len(some):,} times in all: {what}: {done}"


def _told(price: CloudPrice, *, by_itself: bool = True) -> str:
    amount = f"{price.price.amount:f} {price.price.currency} on {price.as_of}"
    if not by_itself:
        return amount
    who = " ".join(filter(None, (price.provider, price.sku, price.region)))
    return f"{who}, {price.gpu_model}, {_terms(price)}: {amount}"
