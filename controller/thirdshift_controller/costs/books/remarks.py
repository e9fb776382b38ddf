"""What is odd in the books and yet may be so. Each remark is a sentence for the month's reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from thirdshift_controller.costs.books.books import Bill, Books


def remarks_on(books: Books) -> Iterator[str]:
    """Days between bills that nobody billed, and bills for what was never reckoned."""
    for earlier, later in _gaps(books.bills):
        yield (
            f"{_matter(later)}: no bill covers {earlier.to_on} to {later.from_on} ({later.origin});"
            " what was reckoned stands."
        )
    for bill in books.bills:
        names = [contract.name for contract in books.contracts if contract.line is bill.line]
        if bill.what and names and bill.what not in names:
            yield (
                f"{_matter(bill)}: bill {bill.number} ({bill.origin}) names none of the line's"
                f" contracts ({', '.join(names)}), so it is added to what they cost."
            )


def _gaps(bills: Sequence[Bill]) -> Iterator[tuple[Bill, Bill]]:
    """Bills of one matter between which days are billed by nobody."""
    ordered = sorted(bills, key=lambda bill: (bill.line, bill.what, bill.from_on))
    for one, other in pairwise(ordered):
        if (one.line, one.what) == (other.line, other.what) and one.to_on < other.from_on:
            yield one, other


def _matter(bill: Bill) -> str:
    return f"{bill.line}, {bill.what}" if bill.what else str(bill.line)
