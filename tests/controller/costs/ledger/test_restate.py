"""What turned out otherwise after the close is posted once, in the month that is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fakes.accounts import (
    COLO,
    COLO_BILL,
    NO_FACTS,
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    books,
    electricity,
    usd,
)
from thirdshift_controller.costs.books.books import Books
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.ledger.close import ClosedMonth, close
from thirdshift_controller.costs.ledger.post import post
from thirdshift_controller.costs.ledger.restate import restatements
from thirdshift_controller.costs.ledger.span import Span
from thirdshift_controller.costs.posting import Charge, Line, Posting

BEFORE = books(contracts=(COLO,))
AFTER = books(contracts=(COLO,), bills=(COLO_BILL,))
OPEN = Span.whole(OCTOBER)


def postings(month: Month, of: Books, power: int = 1000) -> tuple[Posting, ...]:
    return post(of, Span.whole(month), NO_FACTS, (electricity(month, usd(power)),))


def closed(month: Month, *posted: Posting) -> ClosedMonth:
    return close(month, date(2028, 1, 1), posted, {})


FIRST = closed(SEPTEMBER, *postings(SEPTEMBER, BEFORE))


def test_what_stayed_as_it_was_is_not_restated() -> None:
    assert restatements([FIRST], {"2026-09": postings(SEPTEMBER, BEFORE)}, OPEN) == ()
    assert restatements([FIRST], {}, OPEN) == ()


def test_a_late_bill_is_posted_in_the_open_month() -> None:
    [correction] = restatements([FIRST], {"2026-09": postings(SEPTEMBER, AFTER)}, OPEN)
    assert correction.corrects == "2026-09"
    assert (correction.line, correction.charge) == (Line.COLO, Charge.TRUE_UP)
    assert correction.billed == correction.effective == correction.economic == usd(100)
    assert (correction.from_at, correction.to_at) == (OCTOBER.from_at, OCTOBER.to_at)
    assert correction.origin == COLO_BILL.origin


def test_a_changed_tariff_is_restated_by_its_difference() -> None:
    now = {"2026-09": postings(SEPTEMBER, BEFORE, power=1250)}
    [correction] = restatements([FIRST], now, OPEN)
    assert correction.charge is Charge.METERED
    assert correction.billed == usd(250)
    assert correction.quantity == 0
    assert correction.working == "2026-09 is now: 1,000,000 kWh"


def test_all_parts_of_one_key_are_told() -> None:
    now = list(postings(SEPTEMBER, BEFORE, power=1250))
    metered = next(one for one in now if one.charge is Charge.METERED)
    modelled = replace(metered, working="40,000 kWh", modelled=True)
    [correction] = restatements([FIRST], {"2026-09": [*now, modelled]}, OPEN)
    assert correction.working == "2026-09 is now: 1,000,000 kWh; 40,000 kWh"
    assert correction.billed == usd(250 + 1250)


def test_what_is_gone_is_taken_back() -> None:
    [correction] = restatements([FIRST], {"2026-09": postings(SEPTEMBER, books())}, OPEN)
    assert correction.what == "hall"
    assert correction.billed == usd(-1000)
    assert correction.working == "2026-09 has it no more"


def test_what_was_corrected_is_not_corrected_again() -> None:
    now = {"2026-09": postings(SEPTEMBER, AFTER)}
    correction = restatements([FIRST], now, OPEN)
    second = closed(OCTOBER, *postings(OCTOBER, AFTER), *correction)
    now["2026-10"] = postings(OCTOBER, AFTER)
    assert restatements([FIRST, second], now, Span.whole(NOVEMBER)) == ()


def test_a_correction_that_was_wrong_is_corrected_by_the_rest() -> None:
    now = {"2026-09": postings(SEPTEMBER, AFTER)}
    second = closed(OCTOBER, *restatements([FIRST], now, OPEN))
    back = {"2026-09": postings(SEPTEMBER, BEFORE)}
    [correction] = restatements([FIRST, second], back, Span.whole(NOVEMBER))
    assert correction.billed == usd(-100)


def test_less_than_can_be_paid_is_no_correction() -> None:
    dust = electricity(SEPTEMBER, usd(Decimal("1000.0049")))
    now = post(BEFORE, Span.whole(SEPTEMBER), NO_FACTS, (dust,))
    assert restatements([FIRST], {"2026-09": now}, OPEN) == ()


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=4))
def test_closed_amounts_and_corrections_come_to_what_is_known_now(powers: list[int]) -> None:
    months = [FIRST]
    for number, power in enumerate(powers, start=10):
        year, month = divmod(number - 1, 12)
        running = Month(2026 + year, month + 1, SEPTEMBER.timezone)
        now = {"2026-09": postings(SEPTEMBER, AFTER, power)}
        months.append(closed(running, *restatements(months, now, Span.whole(running))))
    told = sum((p.billed.amount for month in months for p in month.postings), Decimal(0))
    assert told == sum(p.billed.amount for p in postings(SEPTEMBER, AFTER, powers[-1]))
