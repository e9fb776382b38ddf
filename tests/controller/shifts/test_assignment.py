"""Who takes an order: somebody who can, as early as anybody who can."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.instants import INSTANTS
from thirdshift_controller.shifts.assignment import Assignment, assign
from thirdshift_controller.shifts.roster import WEEK, Person, Roster, Shift

TORONTO = ZoneInfo("America/Toronto")
WEEKDAYS = frozenset(range(5))
HANDS, SXM = frozenset({"hands"}), frozenset({"hands", "sxm"})
ROSTER = Roster(
    TORONTO,
    (Person("ana", SXM), Person("bo", HANDS)),
    (
        Shift("day", time(7), time(15), WEEKDAYS, "ana"),
        Shift("evening", time(15), time(23), WEEKDAYS, "bo"),
    ),
)


def wednesday(hour: int) -> datetime:
    """An instant by Toronto's clocks."""
    return datetime(2026, 11, 4, hour, tzinfo=TORONTO).astimezone(UTC)


def test_the_person_on_shift_takes_it_if_they_can() -> None:
    assert assign(HANDS, wednesday(18), ROSTER, {}) == Assignment(
        person="bo",
        shift="evening",
        from_at=wednesday(18),
        to_at=wednesday(23),
        reason="on shift until 23:00, has hands",
    )


def test_the_queue_of_the_person_is_told() -> None:
    chosen = assign(SXM, wednesday(9), ROSTER, {"ana": 2, "bo": 9})
    assert chosen.reason == "on shift until 15:00, has hands and sxm, open orders: 2"


def test_it_waits_for_the_next_shift_of_somebody_who_can() -> None:
    chosen = assign(SXM, wednesday(18), ROSTER, {})
    assert (chosen.person, chosen.shift) == ("ana", "day")
    assert (chosen.from_at, chosen.to_at) == (
        wednesday(7) + timedelta(days=1),
        wednesday(15) + timedelta(days=1),
    )
    assert chosen.reason == "next who can, on shift from Thu 07:00, has hands and sxm"


def test_nobody_is_named_where_nobody_at_the_site_can() -> None:
    chosen = assign(frozenset({"liquid"}), wednesday(9), ROSTER, {})
    assert chosen == Assignment(None, None, None, None, "nobody at the site has liquid")


def test_nobody_is_named_where_those_who_can_are_not_on_the_rota() -> None:
    off = Roster(TORONTO, ROSTER.people, ROSTER.shifts[1:])
    reason = "nobody on the rota of the next 7 days, has hands and sxm"
    assert assign(SXM, wednesday(9), off, {}).reason == reason


def test_an_order_that_needs_no_skill_still_needs_a_person() -> None:
    assert assign(frozenset(), wednesday(9), ROSTER, {}).reason == "on shift until 15:00"
    nobody = assign(frozenset(), wednesday(9), Roster(TORONTO, (), ()), {})
    assert nobody.reason == "nobody on the rota of the next 7 days"


SKILLS = st.frozensets(st.sampled_from(["hands", "sxm", "power"]))
CLOCKS = st.builds(time, st.integers(0, 23))
DAYS = st.frozensets(st.integers(0, 6), min_size=1, max_size=3)
SHIFT = st.builds(Shift, st.just("any"), CLOCKS, CLOCKS, DAYS, st.sampled_from("abc"))
ROSTERS = st.builds(
    Roster,
    st.just(TORONTO),
    st.tuples(*(st.builds(Person, st.just(name), SKILLS) for name in "abc")),
    st.lists(SHIFT, max_size=4).map(tuple),
)


@settings(deadline=None, max_examples=100)
@given(SKILLS, INSTANTS, ROSTERS)
def test_nobody_without_the_skills_is_chosen_and_nobody_earlier_is_passed_over(
    needed: frozenset[str], now: datetime, roster: Roster
) -> None:
    chosen = assign(needed, now, roster, {})
    able = [
        duty
        for duty in roster.duties(now, now + WEEK)
        if duty.person and needed <= roster.skills_of(duty.person)
    ]
    if chosen.person is None:
        assert able == []
    else:
        assert needed <= roster.skills_of(chosen.person)
        assert (chosen.person, chosen.from_at) == (able[0].person, able[0].starts_at)
