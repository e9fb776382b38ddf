"""The scheduler of a simulated site: jobs that end, nodes that are drained and come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fakes.site import node
from fakes.world import HandClock
from thirdshift_controller.adapters.simulated import SimulatedScheduler
from thirdshift_controller.adapters.simulated.scheduler import (
    IDLE_RATIO,
    PERIOD_SECONDS,
    TEAMS,
)
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.schedule import NodeStanding, Standing
from thirdshift_controller.remedies.port import RemedyNotStarted, RemedyOrder, Return
from thirdshift_runbooks.page import RemoteAction

NODE = node("gpu-1")
NODES = [node(f"gpu-{number}") for number in range(2_000)]


def order(action: RemoteAction | Return, whom: Node = NODE) -> RemedyOrder:
    return RemedyOrder(whom, action, None, None, "INC-12/1", reason="gpu-fell-off-bus: GPU 3")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def scheduler(clock: HandClock) -> SimulatedScheduler:
    return SimulatedScheduler(clock, seed=7)


def standing(scheduler: SimulatedScheduler, whom: Node = NODE) -> NodeStanding:
    return scheduler.standings([whom])[whom.name]


def wait_for_job(scheduler: SimulatedScheduler, clock: HandClock) -> str:
    while not standing(scheduler).jobs:
        clock.move(timedelta(minutes=5))
    return standing(scheduler).jobs[0]


def test_most_nodes_run_a_job_and_some_wait_for_the_next(scheduler: SimulatedScheduler) -> None:
    standings = scheduler.standings(NODES).values()
    assert {one.standing for one in standings} == {Standing.IN_SERVICE}
    busy_ratio = sum(bool(one.jobs) for one in standings) / len(NODES)
    assert busy_ratio == pytest.approx(1 - IDLE_RATIO, abs=0.03)


def test_the_same_seed_gives_the_same_jobs(clock: HandClock) -> None:
    def seen(seed: int) -> list[tuple[str, ...]]:
        standings = SimulatedScheduler(clock, seed).standings(NODES)
        return [one.jobs for one in standings.values()]

    assert seen(1) == seen(1) != seen(2)


def test_a_gang_runs_one_job_together(scheduler: SimulatedScheduler) -> None:
    gang = [replace(one, gang="gang-1") for one in NODES[:4]]
    assert len({one.jobs for one in scheduler.standings(gang).values()}) == 1
    assert len({one.jobs for one in scheduler.standings(NODES[:4]).values()}) > 1


def test_a_job_is_one_teams_and_has_its_nodes_for_itself(scheduler: SimulatedScheduler) -> None:
    holdings, standings = scheduler.holdings(NODES), scheduler.standings(NODES)
    assert {team for held in holdings.values() for team in held} == set(TEAMS)
    for one in NODES:
        expected = [8.0] if standings[one.name].jobs else []
        assert list(holdings[one.name].values()) == expected


def test_a_job_stays_its_teams_while_it_runs(
    scheduler: SimulatedScheduler, clock: HandClock
) -> None:
    job = wait_for_job(scheduler, clock)
    (team,) = scheduler.holdings([NODE])[NODE.name]
    clock.move(timedelta(minutes=1))
    assert (standing(scheduler).jobs, [*scheduler.holdings([NODE])[NODE.name]]) == ((job,), [team])


def test_a_drained_node_finishes_its_job_and_takes_no_other(
    scheduler: SimulatedScheduler, clock: HandClock
) -> None:
    job = wait_for_job(scheduler, clock)
    result = scheduler.apply(order(RemoteAction.DRAIN))
    assert (result.exit_status, result.output) == (0, "draining")
    seen = standing(scheduler)
    assert (seen.standing, seen.jobs, seen.is_ours) == (Standing.DRAINING, (job,), True)
    assert seen.reason == "thirdshift INC-12 gpu-fell-off-bus: GPU 3"
    for _ in range(3):
        clock.move(timedelta(seconds=PERIOD_SECONDS))
        assert standing(scheduler).standing is Standing.DRAINED
        assert standing(scheduler).jobs == ()


def test_draining_twice_changes_nothing(scheduler: SimulatedScheduler, clock: HandClock) -> None:
    wait_for_job(scheduler, clock)
    scheduler.apply(order(RemoteAction.DRAIN))
    clock.move(timedelta(seconds=PERIOD_SECONDS))
    scheduler.apply(order(RemoteAction.DRAIN))
    assert standing(scheduler).standing is Standing.DRAINED


def test_a_node_that_is_resumed_takes_work_again(
    scheduler: SimulatedScheduler, clock: HandClock
) -> None:
    scheduler.apply(order(RemoteAction.DRAIN))
    for _ in range(2):
        scheduler.apply(order(Return.RESUME))
        assert standing(scheduler).standing is Standing.IN_SERVICE
    assert wait_for_job(scheduler, clock)


def test_draining_one_node_leaves_the_others(scheduler: SimulatedScheduler) -> None:
    scheduler.apply(order(RemoteAction.DRAIN))
    assert standing(scheduler, NODES[2]).standing is Standing.IN_SERVICE


def test_a_scheduler_resets_nothing(scheduler: SimulatedScheduler) -> None:
    with pytest.raises(RemedyNotStarted, match="knows no gpu_reset; ask the node itself"):
        scheduler.apply(order(RemoteAction.GPU_RESET))
