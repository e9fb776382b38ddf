"""Postings of what suppliers really asked for, and of what they gave back.

A bill takes the place of what was reckoned for the same matter and the same time: its posting is
the difference. In cash the whole bill falls into the month that it begins in, as a support contract
that is paid for years ahead does; in the book and in economy it is spent as its days pass. It is
converted at the rate of the last day of the month that it begins in. Bills are before taxes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from thirdshift_controller.costs.books.books import Bill, Books, Credit
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.ledger.span import Span, midnight, ratio
from thirdshift_controller.costs.ledger.telling import in_currency, percent, price
from thirdshift_controller.costs.posting import Charge, Line, Posting, paid

_RECKONED = frozenset({Charge.CONTRACT, Charge.METERED})


def post_bills(books: Books, span: Span, posted: Iterable[Posting]) -> tuple[Posting, ...]:
    """What bills say more or less than was reckoned by contracts and meters.

    `posted` is in the books' currency. Raises `CurrencyError` where a rate is missing.
    """
    reckoned = [posting for posting in posted if posting.charge in _RECKONED]
    covered = ((bill, span.clip(bill.from_on, bill.to_on)) for bill in books.bills)
    return tuple(
        _less(_asked(bill, part, books), _share(bill, part, reckoned))
        for bill, part in covered
        if part is not None
    )


def billed_kwh(books: Books, span: Span) -> float | None:
    """What suppliers' meters saw in a span, by the days of their bills; `None` where one lacks."""
    read = [bill for bill in books.bills if bill.line is Line.ELECTRICITY and bill.kwh is not None]
    parts = [(bill, span.clip(bill.from_on, bill.to_on)) for bill in read]
    inside = [(bill, part) for bill, part in parts if part is not None]
    if not inside or sum((part.hours for _, part in inside), Decimal(0)) < span.hours:
        return None
    return float(sum((bill.kwh or 0) * _days_ratio(bill, part) for bill, part in inside))


def _days_ratio(bill: Bill, part: Span) -> Decimal:
    """Of a bill's days, those of a part."""
    zone = part.month.timezone
    whole = midnight(bill.to_on, zone) - midnight(bill.from_on, zone)
    return ratio(part.to_at - part.from_at, whole)


def post_credits(books: Books, span: Span) -> tuple[Posting, ...]:
    """Money back on a day of the span, in all three ledgers. Raises `CurrencyError`."""
    return tuple(
        in_currency(_credit(credit, span), books.currency, books.exchange, span.last_day)
        for credit in books.credits
        if span.begins(credit.on)
    )


def _asked(bill: Bill, part: Span, books: Books) -> Posting:
    """The bill itself, as far as it falls into a part of a month."""
    share = _days_ratio(bill, part)
    asked = Posting(
        line=bill.line,
        charge=Charge.TRUE_UP,
        what=bill.what or f"bill {bill.number}",
        from_at=part.from_at,
        to_at=part.to_at,
        billed=bill.amount * int(part.begins(bill.from_on)),
        effective=bill.amount * share,
        economic=bill.amount * share,
        quantity=share,
        unit="Bills",
        supplier=bill.supplier,
        origin=bill.origin,
        working=f"{percent(share)} of bill {bill.number}, {price(bill.amount)}",
    )
    return in_currency(asked, books.currency, books.exchange, _month_end(bill.from_on, part))


def _month_end(day: date, part: Span) -> date:
    return Month(day.year, day.month, part.month.timezone).last_day


def _share(bill: Bill, part: Span, reckoned: Iterable[Posting]) -> list[Posting]:
    """What was reckoned for the same matter, as far as it lies in the days of the bill."""
    same = [
        posting
        for posting in reckoned
        if posting.line is bill.line and bill.what in ("", posting.what)
    ]
    return [_within(posting, part) for posting in same]


def _within(posting: Posting, part: Span) -> Posting:
    begins_at, ends_at = max(posting.from_at, part.from_at), min(posting.to_at, part.to_at)
    share = max(Decimal(0), ratio(ends_at - begins_at, posting.to_at - posting.from_at))
    return replace(
        posting,
        billed=posting.billed * share,
        effective=posting.effective * share,
        economic=posting.economic * share,
    )


def _less(asked: Posting, reckoned: Iterable[Posting]) -> Posting:
    for posting in reckoned:
        asked = replace(
            asked,
            billed=asked.billed - posting.billed,
            effective=asked.effective - posting.effective,
            economic=asked.economic - posting.economic,
            working=f"{asked.working}; less {posting.economic.shown()} reckoned for {posting.what}",
        )
    return asked


def _credit(credit: Credit, span: Span) -> Posting:
    return Posting(
        line=credit.line,
        charge=Charge.CREDIT,
        what=credit.what,
        from_at=span.from_at,
        to_at=span.to_at,
        **paid(credit.amount * -1),
        quantity=Decimal(1),
        unit="Units",
        supplier=credit.supplier,
        origin=credit.origin,
        working=f"{price(credit.amount)} back on {credit.on}",
    )
