"""Postings of taxes on what the span's other postings come to.

A tax that is lost behaves as if the price were so much higher: cash in the month of the purchase,
book and economy with the wear. A registrant gets a recoverable tax back, so it costs nothing in any
ledger; its posting of zero says that it was thought of.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from thirdshift_controller.costs.books.books import Books, Tax
from thirdshift_controller.costs.ledger.span import Span
from thirdshift_controller.costs.ledger.telling import percent
from thirdshift_controller.costs.money import total
from thirdshift_controller.costs.posting import Charge, Line, Posting


def post_taxes(books: Books, span: Span, posted: Sequence[Posting]) -> tuple[Posting, ...]:
    """Each tax of the books, once. `posted` is in the books' currency."""
    return tuple(_tax(tax, books.currency, span, posted) for tax in books.taxes)


def _tax(tax: Tax, currency: str, span: Span, posted: Sequence[Posting]) -> Posting:
    taxed = [posting for posting in posted if posting.line in tax.lines]
    billed = total([posting.billed for posting in taxed], currency)
    effective = total([posting.effective for posting in taxed], currency)
    economic = total([posting.economic for posting in taxed], currency)
    ratio = Decimal(0) if tax.recoverable else tax.ratio
    returned = "; it is recovered, so it costs nothing" if tax.recoverable else ""
    return Posting(
        line=Line.TAX,
        charge=Charge.TAX,
        what=tax.name,
        from_at=span.from_at,
        to_at=span.to_at,
        billed=billed * ratio,
        effective=effective * ratio,
        economic=economic * ratio,
        quantity=Decimal(1),
        unit="Units",
        supplier="",
        origin=tax.origin,
        working=f"{percent(tax.ratio)} of {billed.shown()} billed{returned}",
    )
