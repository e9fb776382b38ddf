"""Who has the duty: gaps, nights, overlaps, and the two days a year that are no 24 hours."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.instants import INSTANTS
from fakes.roster import EVERY_DAY, three_shifts
from thirdshift_controller.shifts.roster import UNCOVERED, WEEK, Duty, Person, Roster, Shift

TORONTO = ZoneInfo("America/Toronto")
WEEKDAYS = frozenset(range(5))
HOUR = timedelta(hours=1)


def local(*when: int) -> datetime:
    """An instant by Toronto's clocks."""
    return datetime(*when, tzinfo=TORONTO).astimezone(UTC)  # type: ignore[misc, arg-type]


def roster(*shifts: Shift, zone: ZoneInfo = TORONTO) -> Roster:
    people = tuple(Person(name, frozenset()) for name in ("ana", "bo", "chen"))
    return Roster(zone, people, shifts)


def weekdays_only() -> Roster:
    return roster(
        Shift("day", time(7), time(15), WEEKDAYS, "ana"),
        Shift("evening", time(15), time(23), WEEKDAYS, "bo"),
        Shift("night", time(23), time(7), WEEKDAYS, "chen"),
    )


def test_the_duty_is_the_shift_that_covers_the_instant() -> None:
    duty = three_shifts().duty_at(local(2026, 11, 4, 9))
    assert duty == Duty("day", "ana", local(2026, 11, 4, 7), local(2026, 11, 4, 15))
    assert duty.starts_at.tzinfo is UTC


def test_a_duty_begins_with_its_first_instant_and_ends_before_its_last() -> None:
    assert three_shifts().duty_at(local(2026, 11, 4, 15)).shift == "evening"
    assert three_shifts().duty_at(local(2026, 11, 4, 14, 59, 59)).shift == "day"


def test_a_night_shift_belongs_to_the_day_that_it_starts_on() -> None:
    saturday_early = weekdays_only().duty_at(local(2026, 11, 7, 3))
    assert (saturday_early.shift, saturday_early.person) == ("night", "chen")
    assert saturday_early.ends_at == local(2026, 11, 7, 7)
    assert weekdays_only().duty_at(local(2026, 11, 9, 3)).person is None


def test_a_gap_has_nobody_and_ends_when_the_next_shift_starts() -> None:
    gap = weekdays_only().duty_at(local(2026, 11, 8, 12))
    assert gap == Duty(UNCOVERED, None, local(2026, 11, 7, 7), local(2026, 11, 9, 7))


def test_a_rota_without_shifts_is_one_gap_that_is_looked_at_a_week_ahead() -> None:
    now = local(2026, 11, 4, 9)
    assert roster().duty_at(now) == Duty(UNCOVERED, None, now - WEEK, now + WEEK)


def test_where_shifts_overlap_the_first_in_the_file_holds() -> None:
    stand_in = Shift("stand-in", time(10), time(12), EVERY_DAY, "bo")
    day = Shift("day", time(7), time(15), EVERY_DAY, "ana")
    morning, noon = local(2026, 11, 4, 7), local(2026, 11, 4, 15)
    assert [duty.person for duty in roster(stand_in, day).duties(morning, noon)] == [
        "ana",
        "bo",
        "ana",
    ]
    assert [duty.person for duty in roster(day, stand_in).duties(morning, noon)] == ["ana"]


def test_equal_times_are_a_whole_day() -> None:
    always = roster(Shift("on-call", time(8), time(8), EVERY_DAY, "ana"))
    duties = always.duties(local(2026, 11, 4, 8), local(2026, 11, 6, 8))
    assert [duty.ends_at - duty.starts_at for duty in duties] == [24 * HOUR, 24 * HOUR]


def test_the_night_that_the_clocks_go_back_is_nine_hours_long() -> None:
    duty = three_shifts().duty_at(local(2026, 11, 1, 3))
    assert duty.starts_at == datetime(2026, 11, 1, 3, tzinfo=UTC)
    assert duty.ends_at - duty.starts_at == 9 * HOUR


def test_the_night_that_the_clocks_go_forward_is_seven_hours_long() -> None:
    duty = three_shifts().duty_at(local(2027, 3, 14, 4))
    assert duty.starts_at == datetime(2027, 3, 14, 4, tzinfo=UTC)
    assert duty.ends_at - duty.starts_at == 7 * HOUR


def test_a_shift_change_within_the_skipped_hour_leaves_no_gap() -> None:
    changing = roster(
        Shift("early", time(2, 30), time(14), EVERY_DAY, "ana"),
        Shift("late", time(14), time(2, 30), EVERY_DAY, "bo"),
    )
    duties = changing.duties(local(2027, 3, 13, 14), local(2027, 3, 15, 2))
    assert [duty.person for duty in duties] == ["bo", "ana", "bo"]


def test_a_week_of_three_people_on_weekdays_lists_the_weekend_as_its_gap() -> None:
    duties = weekdays_only().duties(local(2026, 11, 9, 7), local(2026, 11, 16, 7))
    assert sum((d.ends_at - d.starts_at for d in duties), timedelta()) == 168 * HOUR
    (gap,) = [duty for duty in duties if duty.person is None]
    assert gap.ends_at - gap.starts_at == 48 * HOUR


CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
SHIFTS = st.builds(
    Shift,
    st.sampled_from(["day", "night"]),
    CLOCKS,
    CLOCKS,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.sampled_from(["ana", "bo", "chen"]),
)
ROTAS = st.lists(SHIFTS, max_size=6).map(tuple)


@settings(deadline=None, max_examples=60)
@given(ROTAS, INSTANTS)
def test_duties_fill_every_week_without_overlap(shifts: tuple[Shift, ...], at: datetime) -> None:
    duties = roster(*shifts).duties(at, at + WEEK)
    assert (duties[0].starts_at, duties[-1].ends_at) == (at, at + WEEK)
    assert all(left.ends_at == right.starts_at for left, right in pairwise(duties))
    assert all(duty.starts_at < duty.ends_at for duty in duties)
    assert all((duty.person is None) == (duty.shift == UNCOVERED) for duty in duties)
    assert not any(left.person is right.person is None for left, right in pairwise(duties))


@settings(deadline=None, max_examples=60)
@given(ROTAS, INSTANTS)
def test_the_duty_at_an_instant_is_what_the_rota_says(
    shifts: tuple[Shift, ...], at: datetime
) -> None:
    duty = roster(*shifts, zone=ZoneInfo("UTC")).duty_at(at)
    assert duty.starts_at <= at < duty.ends_at
    first = next((shift for shift in shifts if covers(shift, at)), None)
    assert duty.person == (first.person if first else None)


def covers(shift: Shift, at: datetime) -> bool:
    """The rota read as a person would, where local time is UTC."""
    today, yesterday = at.weekday() in shift.days, (at.weekday() - 1) % 7 in shift.days
    if shift.starts < shift.ends:
        return today and shift.starts <= at.time() < shift.ends
    return (today and at.time() >= shift.starts) or (yesterday and at.time() < shift.ends)
