"""Spans of a month, across changes of the clock, and what share of it they are."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from fakes.accounts import NOVEMBER, OCTOBER, TORONTO, at, months
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.ledger.span import Span, midnight

ZONES = st.sampled_from([TORONTO, ZoneInfo("Asia/Kolkata"), ZoneInfo("UTC")])


def test_the_month_in_which_clocks_go_back_has_an_hour_more() -> None:
    assert Span.whole(NOVEMBER).hours == 721
    assert Span.whole(OCTOBER).hours == 744
    assert Span.whole(Month(2026, 3, TORONTO)).hours == 743


def test_a_running_month_goes_up_to_now() -> None:
    now = at(2026, 11, 16, 12)
    assert Span.until(NOVEMBER, now).to_at == now
    assert Span.until(NOVEMBER, now).last_day == date(2026, 11, 16)
    assert Span.until(OCTOBER, now) == Span.whole(OCTOBER)
    assert Span.until(Month(2026, 12, TORONTO), now).hours == 0


def test_a_months_last_instant_is_on_its_last_day() -> None:
    assert Span.whole(OCTOBER).last_day == date(2026, 10, 31)


def test_a_day_begins_at_the_sites_midnight() -> None:
    span = Span.whole(NOVEMBER)
    assert span.begins(date(2026, 11, 1))
    assert span.begins(date(2026, 11, 30))
    assert not span.begins(date(2026, 12, 1))
    assert not span.begins(date(2026, 10, 31))


def test_days_that_lie_elsewhere_leave_nothing() -> None:
    span = Span.whole(NOVEMBER)
    assert span.clip(date(2026, 12, 1), None) is None
    assert span.clip(None, date(2026, 11, 1)) is None
    assert span.clip(None, None) == span


@given(ZONES, st.integers(1, 12), st.lists(st.integers(0, 31 * 86_400), max_size=6))
def test_parts_of_a_month_add_up_to_it(zone: ZoneInfo, number: int, cuts: list[int]) -> None:
    month = Month(2026, number, zone)
    marks = [month.from_at + timedelta(seconds=cut) for cut in sorted(cuts)]
    inner = [mark for mark in marks if mark < month.to_at]
    edges = [month.from_at, *inner, month.to_at]
    parts = [Span(month, from_at, to_at) for from_at, to_at in pairwise(edges)]
    ratios = sum((part.month_ratio for part in parts), Decimal(0))
    hours = sum((part.hours for part in parts), Decimal(0))
    assert abs(ratios - 1) < Decimal("1e-25")
    assert abs(hours - Span.whole(month).hours) < Decimal("1e-20")


@given(ZONES, st.dates(date(2024, 1, 1), date(2027, 12, 31)))
def test_every_day_begins_in_exactly_one_month(zone: ZoneInfo, day: date) -> None:
    spans = [span for span in months(2024, 1, 48, zone) if span.begins(day)]
    assert [span.month for span in spans] == [Month(day.year, day.month, zone)]
    assert midnight(day, zone).astimezone(zone).date() == day
