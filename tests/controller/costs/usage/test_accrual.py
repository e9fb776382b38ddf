"""From poll to poll: what GPUs did, and what they drew."""

from __future__ import annotations

from math import isclose

from fakes.polls import T0, booked, gpu, poll, total
from thirdshift_agent.wire import GpuPresence
from thirdshift_controller.costs.usage.meter import Poll
from thirdshift_controller.costs.usage.spans import HOUR


def summed(polls: list[Poll]) -> tuple[float, float, float, float, float]:
    """Installed, available and utilised GPU-seconds; joules of the GPUs, metered and modelled."""
    whole = total(booked(polls))
    return (
        whole.installed_gpu_seconds,
        whole.available_gpu_seconds,
        whole.utilised_gpu_seconds,
        whole.energy_joules,
        whole.energy_modelled_joules,
    )


def test_the_first_poll_books_nothing() -> None:
    assert booked([poll(0, gpu(0, joules=5e6), gpu(1))]) == ()


def test_a_span_is_cut_at_the_hour() -> None:
    polls = [poll(3000, gpu(0), gpu(1)), poll(4200, gpu(0), gpu(1))]
    assert [(hour.hour_at, hour.installed_gpu_seconds) for hour in booked(polls)] == [
        (T0, 1200.0),
        (T0 + HOUR, 1200.0),
    ]


def test_a_span_is_watched_for_as_long_as_it_is_whoever_is_silent() -> None:
    polls = [poll(0, gpu(0), gpu(1)), poll(60, silent=True), poll(120, silent=True)]
    assert total(booked(polls)).watched_seconds == 120.0


def test_work_is_what_the_earlier_poll_saw() -> None:
    polls = [poll(0, gpu(0, busy=0.25), gpu(1, busy=1.0)), poll(100, gpu(0), gpu(1))]
    assert summed(polls)[:3] == (200.0, 200.0, 125.0)


def test_a_slot_in_repair_is_installed_and_not_available() -> None:
    polls = [poll(0, gpu(0), gpu(1)), poll(100, gpu(0), gpu(1), out=frozenset({1}))]
    assert summed(polls)[:3] == (200.0, 100.0, 50.0)


def test_a_lost_gpu_is_not_available() -> None:
    polls = [poll(0, gpu(0), gpu(1)), poll(100, gpu(0), gpu(1, presence=GpuPresence.LOST))]
    assert summed(polls)[1] == 100.0


def test_a_silent_node_is_installed_and_not_available() -> None:
    polls = [poll(0, gpu(0), gpu(1)), poll(60, silent=True), poll(120, gpu(0), gpu(1))]
    assert summed(polls)[:3] == (240.0, 0.0, 0.0)


def test_a_gpu_that_cannot_say_how_busy_it_is_counts_as_idle() -> None:
    polls = [poll(0, gpu(0, busy=None), gpu(1, busy=None)), poll(10, gpu(0), gpu(1))]
    assert summed(polls)[:3] == (20.0, 20.0, 0.0)


def test_energy_is_the_difference_of_the_counter() -> None:
    polls = [poll(0, gpu(0, joules=1e6, watts=1.0)), poll(10, gpu(0, joules=1.007e6, watts=1.0))]
    assert summed(polls)[3:] == (7000.0, 0.0)


def test_energy_is_right_when_nobody_looked_for_a_day() -> None:
    day = 86400.0
    hours = booked([poll(0, gpu(0, joules=0.0)), poll(day, gpu(0, joules=500.0 * day))])
    assert len(hours) == 24
    assert all(isclose(hour.energy_joules, 500.0 * 3600) for hour in hours)
    assert total(hours).available_gpu_seconds == day


def test_energy_of_a_silent_time_is_booked_into_it_once_the_node_is_heard_again() -> None:
    polls = [
        poll(0, gpu(0, joules=0.0, watts=500.0)),
        poll(3600, silent=True),
        poll(7200, gpu(0, joules=7.2e6, watts=500.0)),
    ]
    assert summed(polls)[3:] == (7.2e6, 0.0)
    assert sum(one.energy_joules for one in booked(polls) if one.hour_at == T0) == 3.6e6


def test_a_counter_that_went_back_starts_anew() -> None:
    polls = [
        poll(0, gpu(0, joules=9e9, watts=400.0)),
        poll(10, gpu(0, joules=50.0, watts=400.0)),
        poll(20, gpu(0, joules=4050.0, watts=400.0)),
    ]
    assert summed(polls)[3:] == (4000.0, 4000.0)


def test_a_swapped_card_starts_anew() -> None:
    polls = [poll(0, gpu(0, joules=9e9)), poll(10, gpu(0, joules=1e10, uuid="GPU-new"))]
    assert summed(polls)[3:] == (0.0, 0.0)


def test_without_a_counter_energy_is_modelled_from_the_last_power() -> None:
    polls = [poll(0, gpu(0, watts=300.0)), poll(10, gpu(0, watts=700.0)), poll(20, gpu(0))]
    assert summed(polls)[3:] == (0.0, 10000.0)


def test_the_same_instant_twice_adds_nothing() -> None:
    first, again = poll(0, gpu(0)), poll(60, gpu(0, joules=5.0))
    assert booked([first, again, again]) == booked([first, again])


def test_a_clock_that_went_back_adds_nothing() -> None:
    assert booked([poll(60, gpu(0)), poll(0, gpu(0))]) == ()
