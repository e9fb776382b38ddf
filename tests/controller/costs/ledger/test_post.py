"""All postings of a span together: taxes on them, their currency, and an order that is theirs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fakes.accounts import (
    CARDS,
    COLO,
    COLO_BILL,
    NO_FACTS,
    NOVEMBER,
    ORIGIN,
    SEPTEMBER,
    TORONTO,
    books,
    cad,
    electricity,
    usd,
)
from thirdshift_controller.costs.books.books import Asset, Bill, Books, Contract, Tax
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.ledger.post import post
from thirdshift_controller.costs.ledger.span import Span
from thirdshift_controller.costs.money import total
from thirdshift_controller.costs.posting import Charge, Line, Posting

LOST = Tax("levy", Decimal("0.05"), (Line.GPU_CARDS, Line.COLO), False, ORIGIN)
RECOVERED = Tax("HST", Decimal("0.13"), (Line.COLO,), True, ORIGIN)
ALL = books(
    assets=(CARDS, replace(CARDS, name="more cards", unit_price=cad(1)), replace(CARDS, name="a")),
    contracts=(COLO, replace(COLO, name="annex", amount=Decimal("333.33"))),
    bills=(COLO_BILL, replace(COLO_BILL, what="annex", number="B-2", amount=cad("1.7"))),
    taxes=(LOST, RECOVERED),
)


def taxed(tax: Tax, of: Books, month: Month) -> Posting:
    postings = post(replace(of, taxes=(tax,)), Span.whole(month), NO_FACTS, ())
    return next(posting for posting in postings if posting.charge is Charge.TAX)


def test_a_lost_tax_raises_cash_with_the_purchase_and_cost_with_the_wear() -> None:
    of = books(assets=(CARDS,))
    january = taxed(LOST, of, Month(2026, 1, TORONTO))
    assert january.line is Line.TAX
    assert january.billed == usd(1_536_000)
    assert january.effective == usd(32_000)
    november = taxed(LOST, of, NOVEMBER)
    assert november.billed == usd(0)
    assert november.effective == usd(32_000)


def test_a_recovered_tax_costs_nothing_and_says_so() -> None:
    posting = taxed(RECOVERED, books(contracts=(COLO,)), NOVEMBER)
    assert posting.billed == posting.effective == posting.economic == usd(0)
    assert posting.working == ("13 % of USD 1,000.00 billed; it is recovered, so it costs nothing")


def test_a_tax_is_on_the_bill_and_not_on_what_was_reckoned() -> None:
    posting = taxed(LOST, books(contracts=(COLO,), bills=(COLO_BILL,)), SEPTEMBER)
    assert posting.billed == usd(55)


def test_foreign_electricity_is_told_in_the_currency_of_the_books() -> None:
    [posting] = post(books(), Span.whole(NOVEMBER), NO_FACTS, (electricity(NOVEMBER, cad(14064)),))
    assert posting.billed.shown(6) == "USD 10,000.000000"
    assert posting.working == ("1,000,000 kWh; 1.4064 CAD for 1 USD on 2026-01-01 (Bank of Canada)")


def test_postings_are_by_line_charge_and_name() -> None:
    postings = post(ALL, Span.whole(SEPTEMBER), NO_FACTS, (electricity(SEPTEMBER, usd(1)),))
    assert [(str(p.line), str(p.charge), p.what) for p in postings] == [
        ("gpu_cards", "wear", "a"),
        ("gpu_cards", "wear", "cards"),
        ("gpu_cards", "wear", "more cards"),
        ("colo", "contract", "annex"),
        ("colo", "contract", "hall"),
        ("colo", "true_up", "annex"),
        ("colo", "true_up", "hall"),
        ("electricity", "metered", "energy"),
        ("tax", "tax", "HST"),
        ("tax", "tax", "levy"),
    ]


@given(
    st.permutations(ALL.assets),
    st.permutations(ALL.contracts),
    st.permutations(ALL.bills),
    st.permutations(ALL.taxes),
)
def test_the_order_of_the_rows_changes_nothing(
    assets: list[Asset], contracts: list[Contract], bills: list[Bill], taxes: list[Tax]
) -> None:
    mixed = replace(
        ALL,
        assets=tuple(assets),
        contracts=tuple(contracts),
        bills=tuple(bills),
        taxes=tuple(taxes),
    )
    span = Span.whole(SEPTEMBER)
    assert post(mixed, span, NO_FACTS, ()) == post(ALL, span, NO_FACTS, ())


def test_every_posting_is_in_the_currency_of_the_books_and_names_its_origin() -> None:
    postings = post(ALL, Span.whole(SEPTEMBER), NO_FACTS, (electricity(SEPTEMBER, cad(1)),))
    assert total([posting.economic for posting in postings], "USD").amount > 0
    assert all(posting.origin.file and posting.working for posting in postings)
