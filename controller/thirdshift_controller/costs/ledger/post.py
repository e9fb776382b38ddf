"""All postings of a span: the books, the facts and the electricity in one list, in stable order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from thirdshift_controller.costs.books.books import Books
from thirdshift_controller.costs.ledger.assets import post_assets
from thirdshift_controller.costs.ledger.bills import post_bills, post_credits
from thirdshift_controller.costs.ledger.contracts import Facts, post_contracts
from thirdshift_controller.costs.ledger.span import Span
from thirdshift_controller.costs.ledger.taxes import post_taxes
from thirdshift_controller.costs.ledger.telling import in_currency
from thirdshift_controller.costs.posting import Charge, Line, Posting

_LINES = {line: place for place, line in enumerate(Line)}
_CHARGES = {charge: place for place, charge in enumerate(Charge)}


def post(
    books: Books, span: Span, facts: Facts, electricity: Sequence[Posting]
) -> tuple[Posting, ...]:
    """Everything that the span cost, in the books' currency; by line, charge and name.

    Electricity in another currency is converted at the rate of the span's last day. Raises
    `CurrencyError` where a rate is missing.
    """
    metered = tuple(
        in_currency(posting, books.currency, books.exchange, span.last_day)
        for posting in electricity
    )
    reckoned = ordered((*post_assets(books, span), *post_contracts(books, span, facts), *metered))
    paid = (*post_bills(books, span, reckoned), *post_credits(books, span))
    untaxed = ordered((*reckoned, *paid))
    return ordered((*untaxed, *post_taxes(books, span, untaxed)))


def ordered(postings: Sequence[Posting]) -> tuple[Posting, ...]:
    """As the ledger shows them, whatever the order of the rows that they come from."""
    return tuple(sorted(postings, key=_place))


def _place(posting: Posting) -> tuple[int, int, str, datetime, str, str]:
    return (
        _LINES[posting.line],
        _CHARGES[posting.charge],
        posting.what,
        posting.from_at,
        posting.supplier,
        posting.working,
    )
