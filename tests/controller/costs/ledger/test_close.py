"""A closed month is kept to the last digit, once, and nobody changes it unseen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.accounts import (
    CARDS,
    COLO,
    COLO_BILL,
    NO_FACTS,
    OCTOBER,
    SEPTEMBER,
    books,
    electricity,
    usd,
)
from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.ledger.close import ClosedMonth, close, from_json, to_json
from thirdshift_controller.costs.ledger.post import post
from thirdshift_controller.costs.ledger.span import Span
from thirdshift_controller.costs.posting import Posting
from thirdshift_controller.errors import ConflictError

FILE = "closed/2026-09.json"
ON = date(2026, 10, 10)


def september(price: Decimal = Decimal(1000)) -> tuple[Posting, ...]:
    of = books(assets=(CARDS,), contracts=(COLO,), bills=(COLO_BILL,))
    return post(of, Span.whole(SEPTEMBER), NO_FACTS, (electricity(SEPTEMBER, usd(price)),))


def closed() -> ClosedMonth:
    return close(SEPTEMBER, ON, september(), {"gpus": 1024, "levels": {"installed": "2.388"}})


def test_closing_again_changes_nothing() -> None:
    first = closed()
    again = close(SEPTEMBER, date(2026, 12, 1), september(Decimal(2)), {}, earlier=first)
    assert again is first


def test_a_month_that_has_not_ended_is_not_closed() -> None:
    with pytest.raises(ConflictError, match="2026-10 lasts until 2026-10-31; close it after that"):
        close(OCTOBER, date(2026, 10, 31), (), {})
    assert close(OCTOBER, date(2026, 11, 1), (), {}).month == "2026-10"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=None))
def test_what_is_read_back_is_what_was_closed(price: Decimal) -> None:
    first = close(SEPTEMBER, ON, september(price), {"note": "18 °C", "ratio": 0.1})
    again = from_json(to_json(first), FILE)
    assert again == first
    assert [str(p.billed.amount) for p in again.postings] == [
        str(p.billed.amount) for p in first.postings
    ]
    assert to_json(again) == to_json(first)


def test_the_same_month_has_the_same_digest() -> None:
    assert closed().sha256 == closed().sha256
    assert len(closed().sha256) == 64
    changed = close(SEPTEMBER, ON, september(Decimal(1001)), closed().figures)
    assert changed.sha256 != closed().sha256


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('"billed": {\n    "amount": "1000",', '"billed": {\n    "amount": "1",'),
        ('"closed_on": "2026-10-10"', '"closed_on": "2026-10-11"'),
        ('"gpus": 1024', '"gpus": 1023'),
    ],
)
def test_an_edited_file_is_refused(good: str, bad: str) -> None:
    text = to_json(closed())
    assert good in text
    with pytest.raises(ConfigError, match="does not match its sha256, so it was changed; a closed"):
        from_json(text.replace(good, bad, 1), FILE)


@pytest.mark.parametrize("text", ["", "{}", "[]", to_json(closed())[:-100]])
def test_a_broken_file_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"closed/2026-09\.json: .*a closed month is not edited"):
        from_json(text, FILE)
