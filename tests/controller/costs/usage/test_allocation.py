"""Whose jobs hold GPUs: what is allocated, what is not known, and each team's part."""

from __future__ import annotations

import pytest

from fakes.polls import T0, booked, gpu, look, poll, spent, total
from thirdshift_agent.wire import GpuPresence
from thirdshift_controller.costs.usage.records import TeamHour
from thirdshift_controller.costs.usage.spans import HOUR

BOTH = (gpu(0, busy=1.0), gpu(1, busy=0.5))


def test_what_the_earlier_poll_saw_held_is_allocated() -> None:
    polls = [poll(0, *BOTH, held={"vision": 1.0}), poll(100, *BOTH, held={"vision": 2.0})]
    whole = total(booked(polls))
    assert (whole.scheduled_gpu_seconds, whole.allocated_gpu_seconds) == (200.0, 100.0)


def test_a_scheduler_that_nobody_holds_anything_of_is_known_and_nothing_is_allocated() -> None:
    whole = total(booked([poll(0, *BOTH, held={}), poll(100, *BOTH, held={})]))
    assert (whole.scheduled_gpu_seconds, whole.allocated_gpu_seconds) == (200.0, 0.0)


@pytest.mark.parametrize(("before", "after"), [(None, {}), ({"a": 2.0}, None), (None, None)])
def test_without_a_scheduler_at_both_ends_nothing_is_known(
    before: dict[str, float] | None, after: dict[str, float] | None
) -> None:
    told = spent([poll(0, *BOTH, held=before), poll(100, *BOTH, held=after)])
    whole = total(told.hours)
    assert (whole.scheduled_gpu_seconds, whole.allocated_gpu_seconds) == (0.0, 0.0)
    assert told.teams == ()


def test_a_job_on_a_lost_gpu_holds_only_those_that_are_available() -> None:
    lost = (gpu(0, busy=1.0), gpu(1, presence=GpuPresence.LOST))
    polls = [poll(0, *lost, held={"vision": 2.0}), poll(100, *lost, held={"vision": 2.0})]
    whole = total(booked(polls))
    assert (whole.scheduled_gpu_seconds, whole.allocated_gpu_seconds) == (200.0, 100.0)


def test_a_silent_node_is_scheduled_and_nothing_of_it_allocated() -> None:
    held = {"vision": 2.0}
    polls = [poll(0, *BOTH, held=held), poll(60, silent=True, held=held)]
    whole = total(booked(polls))
    assert (whole.scheduled_gpu_seconds, whole.allocated_gpu_seconds) == (120.0, 0.0)


def test_two_teams_share_a_nodes_use_and_energy_by_the_gpus_that_they_hold() -> None:
    held = {"speech": 0.5, "vision": 1.5}
    polls = [
        poll(0, *BOTH, held=held, wall=look(0, 1000.0)),
        poll(100, *BOTH, held=held, wall=look(100, 1000.0)),
    ]
    assert spent(polls).teams == (
        TeamHour("speech", T0, 50.0, 37.5, 25_000.0),
        TeamHour("vision", T0, 150.0, 112.5, 75_000.0),
    )


def test_a_job_alone_on_a_node_bears_all_of_its_energy_also_what_is_modelled() -> None:
    watts = (gpu(0, watts=300.0), gpu(1, watts=100.0))
    polls = [poll(0, *watts, held={"vision": 1.0}), poll(100, *watts, held={"vision": 1.0})]
    (team,) = spent(polls).teams
    assert team.wall_joules == total(booked(polls)).wall_modelled_joules == 50_000.0


def test_jobs_that_share_gpus_are_never_more_than_there_are() -> None:
    held = {"a": 4.0, "b": 4.0}
    told = spent([poll(0, *BOTH, held=held), poll(100, *BOTH, held=held)])
    assert total(told.hours).allocated_gpu_seconds == 200.0
    assert [one.allocated_gpu_seconds for one in told.teams] == [100.0, 100.0]


def test_a_teams_hours_are_cut_where_an_hour_ends() -> None:
    held = {"vision": 2.0}
    told = spent([poll(3000, *BOTH, held=held), poll(4200, *BOTH, held=held)])
    assert [(one.hour_at, one.allocated_gpu_seconds) for one in told.teams] == [
        (T0, 1200.0),
        (T0 + HOUR, 1200.0),
    ]
