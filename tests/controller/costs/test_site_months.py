"""Months as a site's calendar has them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from fakes.instants import INSTANTS
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.errors import NotFoundError

TORONTO = ZoneInfo("America/Toronto")


def test_a_month_begins_at_the_sites_own_midnight() -> None:
    month = Month.parse("2026-12", TORONTO)
    assert month.from_at == datetime(2026, 12, 1, 5, tzinfo=UTC)
    assert month.to_at == datetime(2027, 1, 1, 5, tzinfo=UTC)
    assert month.last_day == date(2026, 12, 31)


@pytest.mark.parametrize(("text", "hours"), [("2026-03", 743), ("2026-10", 744), ("2026-11", 721)])
def test_a_month_is_as_long_as_its_clock_changes_make_it(text: str, hours: int) -> None:
    assert Month.parse(text, TORONTO).seconds == hours * 3600


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "november", "0000-01", "2026-11-01", ""])
def test_what_is_not_a_month_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(NotFoundError, match="2026-11"):
        Month.parse(text, TORONTO)


@given(INSTANTS)
def test_every_instant_is_in_exactly_its_month(at: datetime) -> None:
    month = Month.of(at, TORONTO)
    assert month.from_at <= at < month.to_at
    assert Month.parse(str(month), TORONTO) == month
    assert Month.of(month.to_at, TORONTO).from_at == month.to_at
