"""Bills take the place of what was reckoned; credits come off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fakes.accounts import (
    CARDS,
    COLO,
    COLO_BILL,
    NO_FACTS,
    NOVEMBER,
    OCTOBER,
    ORIGIN,
    SEPTEMBER,
    books,
    electricity,
    months,
    usd,
)
from thirdshift_controller.costs.books.books import Bill, Books, Credit
from thirdshift_controller.costs.ledger.bills import post_credits
from thirdshift_controller.costs.ledger.post import post
from thirdshift_controller.costs.ledger.span import Span
from thirdshift_controller.costs.money import total
from thirdshift_controller.costs.posting import Charge, Line, Posting

CREDIT = Credit(Line.GPU_CARDS, "cards", date(2026, 11, 20), usd(30_000), "a dealer", ORIGIN)


def posted(of: Books, span: Span, *metered: Posting) -> tuple[Posting, ...]:
    return post(of, span, NO_FACTS, metered)


def sums(postings: tuple[Posting, ...], line: Line) -> tuple[str, str, str]:
    found = [posting for posting in postings if posting.line is line]
    return (
        total([posting.billed for posting in found], "USD").shown(),
        total([posting.effective for posting in found], "USD").shown(),
        total([posting.economic for posting in found], "USD").shown(),
    )


def test_a_line_with_a_bill_costs_the_bill_in_all_three_ledgers() -> None:
    postings = posted(books(contracts=(COLO,), bills=(COLO_BILL,)), Span.whole(SEPTEMBER))
    assert sums(postings, Line.COLO) == ("USD 1,100.00",) * 3
    true_up = next(posting for posting in postings if posting.charge is Charge.TRUE_UP)
    assert true_up.billed == usd(100)
    assert true_up.what == "hall"
    assert true_up.working == (
        "100 % of bill B-1, USD 1,100.00; less USD 1,000.00 reckoned for hall"
    )


def test_a_month_without_a_bill_costs_what_was_reckoned() -> None:
    postings = posted(books(contracts=(COLO,), bills=(COLO_BILL,)), Span.whole(OCTOBER))
    assert sums(postings, Line.COLO) == ("USD 1,000.00",) * 3


def test_a_bill_that_names_nothing_is_for_the_whole_line() -> None:
    bill = replace(COLO_BILL, line=Line.ELECTRICITY, what="", amount=usd(90_000))
    metered = [electricity(SEPTEMBER, usd(60_000)), electricity(SEPTEMBER, usd(20_000), "demand")]
    postings = posted(books(bills=(bill,)), Span.whole(SEPTEMBER), *metered)
    assert sums(postings, Line.ELECTRICITY) == ("USD 90,000.00",) * 3
    assert [p.what for p in postings if p.charge is Charge.TRUE_UP] == ["bill B-1"]


def test_a_bill_for_one_part_leaves_the_others() -> None:
    bill = replace(COLO_BILL, line=Line.ELECTRICITY, what="demand", amount=usd(21_000))
    metered = [electricity(SEPTEMBER, usd(60_000)), electricity(SEPTEMBER, usd(20_000), "demand")]
    postings = posted(books(bills=(bill,)), Span.whole(SEPTEMBER), *metered)
    assert sums(postings, Line.ELECTRICITY) == ("USD 81,000.00",) * 3


def test_a_year_paid_ahead_is_cash_at_once_and_cost_as_it_passes() -> None:
    support = replace(COLO, line=Line.SUPPORT, name="support")
    bill = replace(
        COLO_BILL,
        line=Line.SUPPORT,
        what="support",
        to_on=date(2027, 9, 1),
        amount=usd(13_000),
    )
    of = books(contracts=(support,), bills=(bill,))
    by_month = [sums(posted(of, span), Line.SUPPORT) for span in months(2026, 9, 12)]
    assert [billed for billed, _, _ in by_month] == ["USD 13,000.00", *["USD 0.00"] * 11]
    assert by_month[0][1] == by_month[0][2] == "USD 1,068.49"


def test_a_bill_from_mid_month_takes_the_place_of_that_part_only() -> None:
    bill = replace(COLO_BILL, from_on=date(2026, 9, 16), amount=usd(600))
    postings = posted(books(contracts=(COLO,), bills=(bill,)), Span.whole(SEPTEMBER))
    assert sums(postings, Line.COLO) == ("USD 1,100.00",) * 3


def test_a_bill_leaves_the_wear_of_assets_alone() -> None:
    bill = replace(COLO_BILL, line=Line.GPU_CARDS, what="", amount=usd(500))
    with_bill = posted(books(assets=(CARDS,), bills=(bill,)), Span.whole(SEPTEMBER))
    without = posted(books(assets=(CARDS,)), Span.whole(SEPTEMBER))
    assert [p for p in with_bill if p.charge is Charge.WEAR] == list(without)
    assert sums(with_bill, Line.GPU_CARDS)[0] == "USD 500.00"


def test_a_foreign_bill_has_one_rate() -> None:
    bill = replace(
        COLO_BILL, to_on=date(2026, 11, 1), amount=replace(usd("1406.40"), currency="CAD")
    )
    of = books(bills=(bill,))
    by_month = [posted(of, span) for span in months(2026, 9, 2)]
    assert sums(by_month[0], Line.COLO)[0] == "USD 1,000.00"
    spent = [posting.effective for postings in by_month for posting in postings]
    assert total(spent, "USD").shown(6) == "USD 1,000.000000"


def test_a_credit_comes_off_in_all_three_ledgers_in_its_month() -> None:
    [posting] = post_credits(books(credits=(CREDIT,)), Span.whole(NOVEMBER))
    assert posting.charge is Charge.CREDIT
    assert posting.billed == posting.effective == posting.economic == usd(-30_000)
    assert post_credits(books(credits=(CREDIT,)), Span.whole(OCTOBER)) == ()


BILLS = st.builds(
    lambda begins, days, amount: replace(
        COLO_BILL,
        from_on=date(2026, 1, 1) + timedelta(days=begins),
        to_on=date(2026, 1, 1) + timedelta(days=begins + days),
        amount=usd(amount),
    ),
    st.integers(0, 300),
    st.integers(1, 700),
    st.integers(-1000, 10**6),
)


@given(BILLS)
def test_in_the_end_every_ledger_holds_the_bill_and_what_was_reckoned_besides(bill: Bill) -> None:
    of = books(contracts=(replace(COLO, from_on=bill.from_on, to_on=bill.to_on),), bills=(bill,))
    postings = [posting for span in months(2026, 1, 36) for posting in post(of, span, NO_FACTS, ())]
    for ledger in ("billed", "effective", "economic"):
        amounts = [getattr(posting, ledger) for posting in postings]
        assert abs((total(amounts, "USD") - bill.amount).amount) < Decimal("1e-15")
