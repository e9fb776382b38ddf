"""36 months of the shipped example against the published result, and its clusters' prices."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fakes.accounts import NO_FACTS, TORONTO_1024, electricity, months, usd
from fakes.published import LAST_DIGIT, PUBLISHED
from thirdshift_controller.costs.books.books import Books
from thirdshift_controller.costs.books.files.load import load_books
from thirdshift_controller.costs.ledger.post import post
from thirdshift_controller.costs.posting import CAPITAL_LINES, Line, Posting

MILLION = Decimal(1_000_000)


@pytest.fixture(scope="module")
def books() -> Books:
    return load_books(TORONTO_1024 / "costs.toml").books


@pytest.fixture(scope="module")
def postings(books: Books) -> list[Posting]:
    """Of the whole life, with an even bill for electricity, which is not the ledger's."""
    a_month = usd(2_910_000).amount / 36
    return [
        posting
        for span in months(2026, 1, 36)
        for posting in post(books, span, NO_FACTS, (electricity(span.month, usd(a_month)),))
    ]


def billed(postings: list[Posting], *lines: Line) -> Decimal:
    return sum((p.billed.amount for p in postings if p.line in lines), Decimal(0)) / MILLION


@pytest.mark.parametrize("line", PUBLISHED, ids=str)
def test_each_line_of_cash_is_the_published_one(postings: list[Posting], line: Line) -> None:
    published = Decimal(PUBLISHED[line])
    assert abs(billed(postings, line) - published) < published / 1000 + LAST_DIGIT


def test_nothing_else_costs_cash(postings: list[Posting]) -> None:
    others = [line for line in Line if line not in PUBLISHED]
    assert billed(postings, *others) == 0


def test_capital_and_gross_are_the_published_ones(postings: list[Posting]) -> None:
    assert round(billed(postings, *CAPITAL_LINES), 2) == Decimal("47.86")
    assert round(billed(postings, *Line), 2) == Decimal("64.07")


def test_cards_are_48_percent_of_gross(postings: list[Posting]) -> None:
    share = billed(postings, Line.GPU_CARDS) / billed(postings, *Line)
    assert round(share, 3) == Decimal("0.480")


def test_the_book_ends_at_the_published_residual(postings: list[Posting]) -> None:
    left = sum((p.billed.amount - p.effective.amount for p in postings), Decimal(0))
    assert round(left / MILLION, 2) == Decimal("10.67")


def test_capital_costs_what_was_published_and_economy_is_the_sum(postings: list[Posting]) -> None:
    bound = sum((p.economic.amount - p.effective.amount for p in postings), Decimal(0))
    economic = sum((p.economic.amount for p in postings), Decimal(0))
    assert round(bound / MILLION, 2) == Decimal("10.87")
    assert round(economic / MILLION, 2) == Decimal("64.27")


def test_the_price_of_an_installed_hour_is_the_published_one(postings: list[Posting]) -> None:
    economic = sum((p.economic.amount for p in postings), Decimal(0))
    assert round(economic / (1024 * 26_280), 3) == Decimal("2.388")


def test_the_budget_covers_every_month_and_line_of_the_first_year(books: Books) -> None:
    planned = {(row.month, row.line) for row in books.budget}
    lines = {*PUBLISHED, Line.REMOTE_HANDS}
    assert planned == {(f"2026-{n:02}", line) for n in range(1, 13) for line in lines}
    assert len(books.plans) == 12
