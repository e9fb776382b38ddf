"""Numbers, days, months, instants and currencies as people write them, and what is none."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from thirdshift_controller.config import fields


def read(field: Any, value: object) -> object:
    return TypeAdapter(field).validate_python(value)


@pytest.mark.parametrize(
    ("field", "value", "meant"),
    [
        (fields.Number, "-0.0712", Decimal("-0.0712")),
        (fields.Number, "5e8", Decimal(500_000_000)),
        (fields.Number, 30, Decimal(30)),
        (fields.Amount, "0", Decimal(0)),
        (fields.Ratio, "1", Decimal(1)),
        (fields.CountCell, "36", 36),
        (fields.Day, "2026-01-31", date(2026, 1, 31)),
        (fields.Day, date(2026, 1, 31), date(2026, 1, 31)),
        (fields.MonthName, "2026-12", "2026-12"),
        (fields.Instant, "2026-11-01T00:00-04:00", datetime(2026, 11, 1, 4, tzinfo=UTC)),
        (fields.Instant, "2026-11-01T04:00Z", datetime(2026, 11, 1, 4, tzinfo=UTC)),
        (fields.Currency, "CAD", "CAD"),
    ],
)
def test_what_people_write_is_read_exactly(field: Any, value: object, meant: object) -> None:
    found = read(field, value)
    assert found == meant
    assert type(found) is type(meant)


def test_nothing_owed_is_owed_by_nobody() -> None:
    assert str(read(fields.Amount, "-0.00")) == "0.00"


def test_an_instant_is_kept_in_utc() -> None:
    found = read(fields.Instant, datetime.fromisoformat("2026-11-01T00:00-04:00"))
    assert isinstance(found, datetime)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        (fields.Number, 0.1, 'must stand in quotes to stay exact: write "0.1"'),
        (fields.Number, "1_000", 'must be a number such as 12.50, not "1_000"'),
        (fields.Number, "Infinity", "must be a number such as"),
        (fields.Number, "1e999", "must be a number such as"),
        (fields.Number, "\N{ARABIC-INDIC DIGIT ONE}", "must be a number such as"),
        (fields.CountCell, "1e3", 'must be a whole number such as 36, not "1e3"'),
        (fields.Day, "2026-02-30", 'must be a day such as 2026-01-31, not "2026-02-30"'),
        (fields.Day, "20260131", "must be a day such as"),
        (fields.Day, 20260131, "must be a day such as"),
        (fields.MonthName, "2026-13", 'must be a month such as 2026-01, not "2026-13"'),
        (fields.Instant, "noon", 'must be an instant such as 2026-11-01T04:00Z, not "noon"'),
        (fields.Instant, "2026-11-01T04:00", "must say its offset from UTC"),
        (fields.Number, "1e99", "must lie between 0.000000000001 and 1,000,000,000,000, or be 0"),
        (fields.Ratio, "1e-99", "must lie between"),
        (fields.Number, 10**13, "must lie between"),
        (fields.CountCell, "9" * 5000, "must be a whole number such as 36"),
        (fields.Instant, "0001-01-01T00:00+05:00", "must lie in the years 1900 to 9998"),
        (fields.Instant, "9999-12-31T23:00-05:00", "must lie in the years 1900 to 9998"),
        (fields.Text, "a\0b", "holds the unprintable character U+0000; take it out"),
        (fields.Currency, "usd", '"usd" is no currency of ISO 4217; did you mean "USD"?'),
        (fields.Currency, "1", "write its three letters, such as USD"),
    ],
)
def test_what_is_none_is_refused_with_a_remedy(field: Any, value: object, complaint: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read(field, value)
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (fields.Amount, "-0.01"),
        (fields.Positive, "0"),
        (fields.Ratio, "1.01"),
        (fields.PositiveRatio, "0"),
        (fields.CountCell, "0"),
        (fields.Text, ""),
        (fields.Day, "0001-01-01"),
        (fields.CountCell, "1000000001"),
    ],
)
def test_what_is_out_of_bounds_is_refused(field: Any, value: object) -> None:
    with pytest.raises(ValidationError):
        read(field, value)
