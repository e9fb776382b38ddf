"""Corrections of closed months: what they would come to today, less what was closed and corrected.

A bill that came late, a rate of exchange that was mended, a tariff's final figure: each moves an
amount of a closed month. The difference is posted in the month that is open, and says which month
it corrects. Once it is closed with that month, nothing of it is posted again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from thirdshift_controller.costs.ledger.close import ClosedMonth
from thirdshift_controller.costs.ledger.post import ordered
from thirdshift_controller.costs.ledger.span import Span
from thirdshift_controller.costs.posting import Charge, Line, Posting

_LEAST = Decimal("0.005")
"""Of any currency. Less cannot be paid; it is the last digits of two ways to one sum."""

_Key = tuple[Line, Charge, str]


def restatements(
    closed: Sequence[ClosedMonth],
    recomputed: Mapping[str, Sequence[Posting]],
    open_span: Span,
) -> tuple[Posting, ...]:
    """What the open month corrects, in stable order.

    `closed` is every closed month, since corrections lie in later ones; `recomputed` is what closed
    months would come to today, by name, without corrections. A month that is not in it is not
    corrected.
    """
    return ordered(
        [
            correction
            for month in closed
            if month.month in recomputed
            for correction in _corrections(month, closed, recomputed[month.month], open_span)
        ]
    )


def _corrections(
    month: ClosedMonth, closed: Sequence[ClosedMonth], now: Sequence[Posting], open_span: Span
) -> Iterable[Posting]:
    own = [posting for posting in month.postings if not posting.corrects]
    later = [
        posting for other in closed for posting in other.postings if posting.corrects == month.month
    ]
    before, after = _by_key([*own, *later]), _by_key(now)
    for key in before.keys() | after.keys():
        posting = _difference(before[key], after[key], month.month, open_span)
        if _matters(posting):
            yield posting


def _by_key(postings: Iterable[Posting]) -> defaultdict[_Key, list[Posting]]:
    found = defaultdict[_Key, list[Posting]](list)
    for posting in postings:
        found[posting.line, posting.charge, posting.what].append(posting)
    return found


def _difference(
    before: Sequence[Posting], after: Sequence[Posting], month: str, open_span: Span
) -> Posting:
    """What the postings of one key come to now, less what they came to."""
    pattern = (after or before)[-1]
    nothing = pattern.billed * 0
    signed = [(posting, 1) for posting in after] + [(posting, -1) for posting in before]
    return replace(
        pattern,
        from_at=open_span.from_at,
        to_at=open_span.to_at,
        billed=sum((one.billed * sign for one, sign in signed), nothing),
        effective=sum((one.effective * sign for one, sign in signed), nothing),
        economic=sum((one.economic * sign for one, sign in signed), nothing),
        quantity=sum((one.quantity * sign for one, sign in signed), Decimal(0)),
        working=f"{month} is now: {_told(after)}" if after else f"{month} has it no more",
        corrects=month,
    )


def _told(postings: Sequence[Posting]) -> str:
    return "; ".join(dict.fromkeys(posting.working for posting in postings))


def _matters(posting: Posting) -> bool:
    amounts = (posting.billed, posting.effective, posting.economic)
    return any(abs(money.amount) >= _LEAST for money in amounts)
