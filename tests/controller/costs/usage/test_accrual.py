"""From poll to poll: what is booked, and the laws that it keeps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from thirdshift_agent.wire import GpuIdentity, GpuPresence, GpuReading, Snapshot
from thirdshift_controller.costs.usage.accrual import HOUR, Meter, accrue, pieces
from thirdshift_controller.costs.usage.records import NodeHour

T0 = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)
NONE_OUT: frozenset[int] = frozenset()
GPUS = 2


def gpu(
    slot: int = 0,
    *,
    joules: float | None = None,
    watts: float | None = None,
    busy: float | None = 0.5,
    presence: GpuPresence = GpuPresence.PRESENT,
    uuid: str | None = None,
) -> GpuReading:
    return GpuReading(
        identity=GpuIdentity(
            slot, uuid or f"GPU-{slot}", None, f"00000000:{slot:02x}:00.0", "H100"
        ),
        presence=presence,
        seen_at=T0,
        power_watts=watts,
        energy_joules_total=joules,
        utilisation_ratio=busy,
    )


Poll = tuple[datetime, Snapshot | None, frozenset[int]]


def poll(
    seconds: float, *gpus: GpuReading, silent: bool = False, out: frozenset[int] = NONE_OUT
) -> Poll:
    at = T0 + timedelta(seconds=seconds)
    return at, None if silent else Snapshot(at, "570.1", gpus), out


def booked(polls: Sequence[Poll]) -> list[NodeHour]:
    """All that a row of polls books; the meter goes through its JSON each time, as in the store."""
    meter: Meter | None = None
    hours: list[NodeHour] = []
    for at, snapshot, out in polls:
        meter, more = accrue(meter, at, snapshot, "gpu-1", GPUS, out)
        meter = Meter.from_json(json.loads(json.dumps(meter.to_json())))
        hours += more
    return hours


def summed(hours: Sequence[NodeHour]) -> tuple[float, float, float, float, float]:
    return (
        sum(hour.installed_gpu_seconds for hour in hours),
        sum(hour.available_gpu_seconds for hour in hours),
        sum(hour.utilised_gpu_seconds for hour in hours),
        sum(hour.energy_joules for hour in hours),
        sum(hour.energy_modelled_joules for hour in hours),
    )


def test_the_first_poll_books_nothing() -> None:
    assert booked([poll(0, gpu(0, joules=5e6), gpu(1))]) == []


def test_a_span_is_cut_at_the_hour() -> None:
    polls = [poll(3000, gpu(0), gpu(1)), poll(4200, gpu(0), gpu(1))]
    assert [(hour.hour_at, hour.installed_gpu_seconds) for hour in booked(polls)] == [
        (T0, 1200.0),
        (T0 + HOUR, 1200.0),
    ]


def test_work_is_what_the_earlier_poll_saw() -> None:
    polls = [poll(0, gpu(0, busy=0.25), gpu(1, busy=1.0)), poll(100, gpu(0), gpu(1))]
    assert summed(booked(polls))[:3] == (200.0, 200.0, 125.0)


def test_a_slot_in_repair_is_installed_and_not_available() -> None:
    polls = [poll(0, gpu(0), gpu(1)), poll(100, gpu(0), gpu(1), out=frozenset({1}))]
    assert summed(booked(polls))[:3] == (200.0, 100.0, 50.0)


def test_a_lost_gpu_is_not_available() -> None:
    polls = [poll(0, gpu(0), gpu(1)), poll(100, gpu(0), gpu(1, presence=GpuPresence.LOST))]
    assert summed(booked(polls))[1] == 100.0


def test_a_silent_node_is_installed_and_not_available() -> None:
    polls = [poll(0, gpu(0), gpu(1)), poll(60, silent=True), poll(120, gpu(0), gpu(1))]
    assert summed(booked(polls))[:3] == (240.0, 0.0, 0.0)


def test_a_gpu_that_cannot_say_how_busy_it_is_counts_as_idle() -> None:
    polls = [poll(0, gpu(0, busy=None), gpu(1, busy=None)), poll(10, gpu(0), gpu(1))]
    assert summed(booked(polls))[:3] == (20.0, 20.0, 0.0)


def test_energy_is_the_difference_of_the_counter() -> None:
    polls = [poll(0, gpu(0, joules=1e6, watts=1.0)), poll(10, gpu(0, joules=1.007e6, watts=1.0))]
    assert summed(booked(polls))[3:] == (7000.0, 0.0)


def test_energy_is_right_when_nobody_looked_for_a_day() -> None:
    day = 86400.0
    hours = booked([poll(0, gpu(0, joules=0.0)), poll(day, gpu(0, joules=500.0 * day))])
    assert len(hours) == 24
    assert all(isclose(hour.energy_joules, 500.0 * 3600) for hour in hours)
    assert summed(hours)[1] == day


def test_energy_of_a_silent_time_is_booked_into_it_once_the_node_is_heard_again() -> None:
    polls = [
        poll(0, gpu(0, joules=0.0, watts=500.0)),
        poll(3600, silent=True),
        poll(7200, gpu(0, joules=7.2e6, watts=500.0)),
    ]
    hours = booked(polls)
    assert summed(hours)[3:] == (7.2e6, 0.0)
    assert sum(h.energy_joules for h in hours if h.hour_at == T0) == 3.6e6


def test_a_counter_that_went_back_starts_anew() -> None:
    polls = [
        poll(0, gpu(0, joules=9e9, watts=400.0)),
        poll(10, gpu(0, joules=50.0, watts=400.0)),
        poll(20, gpu(0, joules=4050.0, watts=400.0)),
    ]
    assert summed(booked(polls))[3:] == (4000.0, 4000.0)


def test_a_swapped_card_starts_anew() -> None:
    polls = [poll(0, gpu(0, joules=9e9)), poll(10, gpu(0, joules=1e10, uuid="GPU-new"))]
    assert summed(booked(polls))[3:] == (0.0, 0.0)


def test_without_a_counter_energy_is_modelled_from_the_last_power() -> None:
    polls = [poll(0, gpu(0, watts=300.0)), poll(10, gpu(0, watts=700.0)), poll(20, gpu(0))]
    assert summed(booked(polls))[3:] == (0.0, 10000.0)


def test_the_same_instant_twice_adds_nothing() -> None:
    first, again = poll(0, gpu(0)), poll(60, gpu(0, joules=5.0))
    assert booked([first, again, again]) == booked([first, again])


def test_a_clock_that_went_back_adds_nothing() -> None:
    assert booked([poll(60, gpu(0)), poll(0, gpu(0))]) == []


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
)
GAPS = st.lists(st.floats(0, 10000), min_size=1, max_size=6)


@given(GAPS, st.data())
def test_utilised_never_exceeds_available_nor_that_installed(
    gaps: list[float], data: st.DataObject
) -> None:
    polls, seconds = [], 0.0
    for gap in gaps:
        seconds += gap
        silent, states, out = data.draw(STATES)
        gpus = [
            gpu(slot, joules=joules, watts=watts, busy=busy, presence=presence)
            for slot, (joules, watts, busy, presence) in enumerate(states)
        ]
        polls.append(poll(seconds, *gpus, silent=silent, out=out))
    hours = booked(polls)
    for hour in hours:
        assert 0 <= hour.utilised_gpu_seconds <= hour.available_gpu_seconds
        assert hour.available_gpu_seconds <= hour.installed_gpu_seconds
        assert min(hour.energy_joules, hour.energy_modelled_joules) >= 0
    installed, span = summed(hours)[0], (polls[-1][0] - polls[0][0]).total_seconds()
    assert isclose(installed, GPUS * span, abs_tol=1e-6)


@given(st.lists(st.floats(1, 20000), min_size=2, max_size=8), st.floats(0, 1), st.floats(0, 900))
def test_the_pieces_make_the_whole_however_a_steady_span_is_cut(
    gaps: list[float], busy: float, watts: float
) -> None:
    def at(seconds: float) -> Poll:
        return poll(
            seconds, gpu(0, joules=watts * seconds, busy=busy), gpu(1, watts=watts, busy=busy)
        )

    ends = [0.0]
    for gap in gaps:
        ends.append(ends[-1] + gap)
    cut = summed(booked([at(seconds) for seconds in ends]))
    whole = summed(booked([at(0.0), at(ends[-1])]))
    assert all(
        isclose(one, other, rel_tol=1e-6, abs_tol=1e-3)
        for one, other in zip(cut, whole, strict=True)
    )


@given(st.floats(0, 1e6), st.floats(0.001, 1e6))
def test_pieces_fill_their_span_and_never_cross_an_hour(start: float, length: float) -> None:
    from_at = T0 + timedelta(seconds=start)
    parts = list(pieces(from_at, from_at + timedelta(seconds=length)))
    assert isclose(sum(share for _, _, share in parts), 1.0)
    assert all(
        hour_at.minute == hour_at.second == hour_at.microsecond == 0 for hour_at, _, _ in parts
    )
    assert all(0 < seconds <= 3600 for _, seconds, _ in parts)
