"""The laws of what polls book, whatever the polls saw."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import isclose
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from fakes.polls import FRESH_SECONDS, GPUS, HOST_WATTS, at, booked, gpu, look, poll, spent, total
from thirdshift_agent.wire import GpuPresence
from thirdshift_controller.costs.usage.meter import Poll
from thirdshift_controller.costs.usage.records import Holdings, NodeHour
from thirdshift_controller.costs.usage.spans import pieces

HELD = st.one_of(
    st.none(), st.dictionaries(st.sampled_from("abc"), st.floats(0.125, 16), max_size=3)
)
STATES = st.tuples(
    st.booleans(),
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.floats(0, 1e10)),
            st.one_of(st.none(), st.floats(0, 1000)),
            st.one_of(st.none(), st.floats(0, 1.5)),
            st.sampled_from(GpuPresence),
        ),
        max_size=3,
    ),
    st.frozensets(st.integers(0, 3)),
    HELD,
    st.one_of(st.none(), st.tuples(st.floats(-400, 400), st.floats(0, 10_000))),
)
GAPS = st.lists(st.floats(0, 10_000), min_size=1, max_size=6)


@st.composite
def anything(draw: st.DrawFn) -> list[Poll]:
    """Polls of a node at its worst, and BMC looks from before or after them."""
    polls, seconds = [], 0.0
    for gap in draw(GAPS):
        seconds += gap
        silent, states, out, held, seen = draw(STATES)
        gpus = [
            gpu(slot, joules=joules, watts=watts, busy=busy, presence=presence)
            for slot, (joules, watts, busy, presence) in enumerate(states)
        ]
        wall = look(seconds + seen[0], seen[1]) if seen else None
        polls.append(poll(seconds, *gpus, silent=silent, out=out, held=held, wall=wall))
    return polls


@given(anything())
def test_a_level_never_exceeds_the_one_above_it_and_no_sum_is_negative(polls: list[Poll]) -> None:
    for hour in booked(polls):
        assert 0 <= hour.utilised_gpu_seconds <= hour.available_gpu_seconds
        assert 0 <= hour.allocated_gpu_seconds <= hour.available_gpu_seconds
        assert hour.available_gpu_seconds <= hour.installed_gpu_seconds
        assert 0 <= hour.scheduled_gpu_seconds <= hour.installed_gpu_seconds
        assert min(hour.energy_joules, hour.energy_modelled_joules) >= 0
        assert min(hour.wall_joules, hour.wall_modelled_joules) >= 0


@given(anything())
def test_every_second_between_the_first_poll_and_the_last_is_watched_once(
    polls: list[Poll],
) -> None:
    whole = total(booked(polls))
    span = (polls[-1].at - polls[0].at).total_seconds()
    assert isclose(whole.watched_seconds, span, abs_tol=1e-6)
    assert isclose(whole.installed_gpu_seconds, GPUS * span, abs_tol=1e-6)


@given(anything())
def test_teams_together_hold_what_is_allocated_hour_by_hour(polls: list[Poll]) -> None:
    told = spent(polls)
    of_the_node: dict[datetime, float] = defaultdict(float)
    of_teams: dict[datetime, float] = defaultdict(float)
    for hour in told.hours:
        of_the_node[hour.hour_at] += hour.allocated_gpu_seconds
    for team in told.teams:
        of_teams[team.hour_at] += team.allocated_gpu_seconds
    for hour_at, seconds in of_the_node.items():
        assert isclose(of_teams[hour_at], seconds, rel_tol=1e-9, abs_tol=1e-6)


@given(anything())
def test_teams_bear_no_more_use_and_energy_than_there_was(polls: list[Poll]) -> None:
    told, whole = spent(polls), total(booked(polls))
    used = sum(one.utilised_gpu_seconds for one in told.teams)
    drawn = sum(one.wall_joules for one in told.teams)
    assert used <= whole.utilised_gpu_seconds * (1 + 1e-9)
    assert drawn <= (whole.wall_joules + whole.wall_modelled_joules) * (1 + 1e-9)


@st.composite
def steady(draw: st.DrawFn) -> tuple[list[Poll], list[Poll]]:
    """One steady span, in one piece and cut; its node says nothing at some of the cuts."""
    gaps = draw(st.lists(st.floats(1, 20_000), min_size=2, max_size=8))
    busy, watts = draw(st.floats(0, 1)), draw(st.floats(0, 900))
    held: Holdings | None = draw(HELD)
    wall = draw(st.one_of(st.none(), st.builds(look, st.floats(-200, 0), st.floats(0, 9000))))

    def sight(seconds: float) -> Poll:
        gpus = gpu(0, joules=watts * seconds, busy=busy), gpu(1, watts=watts, busy=busy)
        return poll(seconds, *gpus, held=held, wall=wall)

    ends = [0.0]
    for gap in gaps:
        ends.append(ends[-1] + gap)
    return [sight(0.0), sight(ends[-1])], [sight(seconds) for seconds in ends]


@given(steady())
def test_a_steady_span_gives_the_same_sums_wherever_it_is_cut(
    polls: tuple[list[Poll], list[Poll]],
) -> None:
    whole, cut = (spent(one) for one in polls)
    assert is_close(total(whole.hours), total(cut.hours))
    for one, other in zip(whole.teams, cut.teams, strict=True):
        assert (one.team, one.hour_at) == (other.team, other.hour_at)
        assert isclose(one.wall_joules, other.wall_joules, rel_tol=1e-6, abs_tol=1e-3)
        assert isclose(one.allocated_gpu_seconds, other.allocated_gpu_seconds, rel_tol=1e-6)


@given(st.lists(st.tuples(st.floats(1, 5000), st.booleans()), min_size=1, max_size=6))
def test_what_no_look_covered_of_a_silence_is_modelled_and_nothing_else_is(
    gaps: list[tuple[float, bool]],
) -> None:
    """Each gap ends with a poll of a silent node, and maybe a look at its BMC."""
    seconds, looked_at, polls = 0.0, [], [poll(0, gpu(0, joules=0.0))]
    for gap, looked in gaps:
        seconds += gap
        looked_at += [seconds] if looked else []
        wall = look(looked_at[-1], 900.0) if looked_at else None
        polls.append(poll(seconds, silent=True, wall=wall))
    polls.append(poll(seconds + 1, gpu(0, joules=7e6), wall=polls[-1].look))
    ends = [*looked_at[1:], seconds + 1]
    covered = sum(
        min(FRESH_SECONDS, end - start) for start, end in zip(looked_at, ends, strict=False)
    )
    whole, watts = total(booked(polls)), HOST_WATTS + 7e6 / (seconds + 1)
    assert isclose(whole.wall_joules, covered * 900.0, rel_tol=1e-6, abs_tol=1e-2)
    unmetered = seconds + 1 - covered
    assert isclose(whole.wall_modelled_joules, unmetered * watts, rel_tol=1e-6, abs_tol=1e-2)


def is_close(one: NodeHour, other: NodeHour) -> bool:
    return all(
        isclose(getattr(one, name), getattr(other, name), rel_tol=1e-6, abs_tol=1e-3)
        for name in one.__slots__[2:]
    )


@given(st.floats(0, 1e6), st.floats(0.001, 1e6))
def test_pieces_fill_their_span_and_never_cross_an_hour(start: float, length: float) -> None:
    parts = list(pieces(at(start), at(start + length)))
    assert isclose(sum(share for _, _, share in parts), 1.0)
    assert all(
        hour_at.minute == hour_at.second == hour_at.microsecond == 0 for hour_at, _, _ in parts
    )
    assert all(0 < seconds <= 3600 for _, seconds, _ in parts)


def test_the_night_in_which_clocks_are_put_back_has_its_25_hours() -> None:
    """Toronto's, on 1 November 2026; hours are of UTC and know nothing of it."""
    midnight = datetime(2026, 11, 1, tzinfo=ZoneInfo("America/Toronto"))
    polls = [
        replace(poll(0, gpu(0), gpu(1)), at=(midnight + timedelta(days=day)).astimezone(UTC))
        for day in (0, 1)
    ]
    hours = booked(polls)
    assert len(hours) == 25
    assert {one.watched_seconds for one in hours} == {3600.0}
