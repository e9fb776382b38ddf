"""Which month is due as what, on which day of the site."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.priced_month import NOVEMBER, TORONTO
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.reports.calendar import DAY_OF, Stage, Written, due, due_on

SINCE = datetime(2026, 11, 12, 15, tzinfo=UTC)
ZONES = ("America/Toronto", "Europe/Berlin", "Pacific/Auckland", "Asia/Kolkata", "UTC")


def at(day: str, clock: str = "09:00", zone: str = "America/Toronto") -> datetime:
    """An instant by the site's clock."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def found(
    now: datetime, written: Written = (), since: datetime | None = SINCE
) -> list[tuple[str, Stage]]:
    return [(str(one.month), one.stage) for one in due(now, TORONTO, since, written)]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-11-30", []),
        ("2026-12-01", []),
        ("2026-12-02", []),
        ("2026-12-03", [("2026-11", Stage.DRAFT)]),
        ("2026-12-09", [("2026-11", Stage.DRAFT)]),
        ("2026-12-10", [("2026-11", Stage.FINAL)]),
        ("2026-12-31", [("2026-11", Stage.FINAL)]),
    ],
)
def test_a_draft_is_due_on_the_third_and_the_final_on_the_tenth(
    day: str, expected: list[tuple[str, Stage]]
) -> None:
    assert found(at(day)) == expected


def test_the_day_begins_at_the_sites_midnight() -> None:
    assert found(at("2026-12-02", "23:59")) == []
    assert found(at("2026-12-03", "00:00")) == [("2026-11", Stage.DRAFT)]


def test_what_is_there_is_not_due_again() -> None:
    draft, final = ("2026-11", Stage.DRAFT), ("2026-11", Stage.FINAL)
    assert found(at("2026-12-05"), {draft}) == []
    assert found(at("2026-12-10"), {draft}) == [final]
    assert found(at("2026-12-10"), {draft, final}) == []
    assert found(at("2026-12-10"), {final}) == []


def test_after_a_final_no_draft_is_wanted() -> None:
    assert found(at("2026-12-05"), {("2026-11", Stage.FINAL)}) == []


def test_a_month_that_was_missed_is_due_until_it_is_there() -> None:
    assert found(at("2027-02-04")) == [
        ("2026-11", Stage.FINAL),
        ("2026-12", Stage.FINAL),
        ("2027-01", Stage.DRAFT),
    ]


def test_without_records_nothing_is_due() -> None:
    assert found(at("2026-12-10"), since=None) == []


def test_the_days_are_those_of_the_page() -> None:
    assert due_on(NOVEMBER, Stage.DRAFT) == date(2026, 12, 3)
    assert due_on(Month(2026, 12, TORONTO), Stage.FINAL) == date(2027, 1, 10)


@given(
    st.sampled_from(ZONES),
    st.integers(0, 26_000),
    st.integers(0, 400),
)
def test_whatever_the_clocks_do_each_report_is_due_once_on_its_day(
    zone: str, hour: int, days: int
) -> None:
    timezone = ZoneInfo(zone)
    began_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour)
    written: set[tuple[str, Stage]] = set()
    for hours in range(0, days * 24, 11):
        now = began_at + timedelta(hours=hours)
        for one in due(now, timezone, began_at, written):
            assert (str(one.month), one.stage) not in written
            today = now.astimezone(timezone).date()
            assert today == due_on(one.month, one.stage)
            assert today.day == DAY_OF[one.stage]
            written.add((str(one.month), one.stage))
