"""What a whole node drew: by its BMC while that is fresh, else by its GPUs and an assumed host."""

from __future__ import annotations

from collections.abc import Sequence

from fakes.polls import FRESH_SECONDS, HOST_WATTS, T0, booked, gpu, look, poll, total
from thirdshift_controller.costs.usage.meter import Poll
from thirdshift_controller.costs.usage.spans import HOUR


def wall(polls: Sequence[Poll]) -> tuple[float, float]:
    """Joules metered and modelled."""
    whole = total(booked(polls))
    return whole.wall_joules, whole.wall_modelled_joules


def test_a_fresh_look_stands_for_the_power_until_the_next_one() -> None:
    polls = [
        poll(0, wall=look(-20, 6000.0)),
        poll(60, wall=look(40, 8000.0)),
        poll(120, wall=look(100, 7000.0)),
    ]
    assert wall(polls) == (40 * 6000.0 + 60 * 8000.0 + 20 * 7000.0, 0.0)


def test_without_a_bmc_the_gpus_and_an_assumed_host_stand_in() -> None:
    polls = [poll(0, gpu(0, joules=0.0)), poll(100, gpu(0, joules=50_000.0))]
    assert wall(polls) == (0.0, 50_000.0 + 100 * HOST_WATTS)


def test_what_a_look_does_not_reach_is_modelled() -> None:
    steady = [poll(at, gpu(0, joules=500.0 * at), wall=look(0, 900.0)) for at in (0, 300)]
    rest = 300 - FRESH_SECONDS
    assert wall(steady) == (FRESH_SECONDS * 900.0, rest * (500.0 + HOST_WATTS))


def test_between_two_looks_that_are_far_apart_the_middle_is_modelled() -> None:
    polls = [
        poll(0, gpu(0, joules=0.0), wall=look(0, 900.0)),
        poll(1000, gpu(0, joules=500_000.0), wall=look(950, 900.0)),
    ]
    metered = FRESH_SECONDS + 50
    assert wall(polls) == (metered * 900.0, (1000 - metered) * (500.0 + HOST_WATTS))


def test_a_node_that_is_off_by_its_bmc_is_metered_at_zero() -> None:
    polls = [
        poll(0, silent=True, wall=look(0, 0.0)),
        poll(60, silent=True, wall=look(60, 0.0)),
    ]
    assert wall(polls) == (0.0, 0.0)


def test_a_silent_nodes_energy_comes_late_and_only_where_no_bmc_saw_it() -> None:
    polls = [
        poll(0, gpu(0, joules=0.0)),
        poll(3600, silent=True),
        poll(7200, gpu(0, joules=7.2e6)),
    ]
    assert wall(polls) == (0.0, 7.2e6 + 7200 * HOST_WATTS)
    first = sum(one.wall_modelled_joules for one in booked(polls) if one.hour_at == T0)
    assert first == 3.6e6 + 3600 * HOST_WATTS
    assert booked(polls)[-1].hour_at == T0 + HOUR


def test_a_silent_nodes_energy_is_not_added_to_what_its_bmc_has_metered() -> None:
    minute = range(0, 241, 60)
    silent = [poll(at, silent=True, wall=look(at, 900.0)) for at in minute[1:-1]]
    polls = [
        poll(0, gpu(0, joules=0.0), wall=look(0, 900.0)),
        *silent,
        poll(240, gpu(0, joules=120_000.0), wall=look(240, 900.0)),
    ]
    assert wall(polls) == (240 * 900.0, 0.0)
    assert total(booked(polls)).energy_joules == 120_000.0


def test_of_a_silence_that_a_bmc_saw_in_part_the_rest_gets_its_part_of_the_gpus() -> None:
    polls = [
        poll(0, gpu(0, joules=0.0), wall=look(0, 900.0)),
        poll(300, silent=True, wall=look(0, 900.0)),
        poll(400, silent=True, wall=look(0, 900.0)),
        poll(600, gpu(0, joules=300_000.0), wall=look(0, 900.0)),
    ]
    assert wall(polls) == (FRESH_SECONDS * 900.0, (600 - FRESH_SECONDS) * (500.0 + HOST_WATTS))


def test_late_energy_is_booked_once() -> None:
    polls = [
        poll(0, gpu(0, joules=0.0)),
        poll(100, silent=True),
        poll(200, gpu(0, joules=1000.0)),
        poll(300, gpu(0, joules=1000.0)),
    ]
    assert wall(polls) == (0.0, 1000.0 + 300 * HOST_WATTS)


def test_a_look_that_was_taken_after_the_poll_counts_from_the_next_one() -> None:
    polls = [
        poll(0, wall=look(0, 500.0)),
        poll(60, wall=look(61, 900.0)),
        poll(120, wall=look(61, 900.0)),
    ]
    assert wall(polls) == (61 * 500.0 + 59 * 900.0, 0.0)


def test_a_bmc_that_falls_silent_stands_only_as_long_as_it_is_fresh() -> None:
    polls = [poll(0, wall=look(0, 500.0)), poll(100), poll(400)]
    assert wall(polls) == (FRESH_SECONDS * 500.0, (400 - FRESH_SECONDS) * HOST_WATTS)
