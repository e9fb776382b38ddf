"""The loop and its nodes: silent, skewed, new, or telling old news."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fakes.world import MONDAY_MORNING, World
from thirdshift_agent.wire import GpuPresence, Released
from thirdshift_controller.config import Caller
from thirdshift_controller.remedies.port import (
    RemedyResult,
)
from thirdshift_controller.store import signals
from thirdshift_controller.wire import IncidentState, Role

ANA = Caller("ana", Role.TECHNICIAN, "ana")
BO = Caller("bo", Role.TECHNICIAN, "bo")
LEAD = Caller("lead", Role.LEAD, None)
WELL = RemedyResult("reset", "GPU was reset", 0)
BROKEN = RemedyResult("reset", "GPU is lost", 15)


def test_news_from_before_our_time_of_a_gpu_that_is_well_sends_nobody(world: World) -> None:
    yesterday = world.now - timedelta(days=1)
    world.agent("gpu-1").says(yesterday, "xid:119", 2)
    world.agent("gpu-1").says(yesterday, "xid:64", 3)
    world.agent("gpu-1").changes[3] = {"remap_failed": True}
    world.turn()
    assert world.only_incident().gpu_slot == 3


@pytest.mark.parametrize("ahead", [timedelta(hours=-3), timedelta(hours=2)])
def test_a_nodes_clock_that_is_hours_off_falsifies_nothing(world: World, ahead: timedelta) -> None:
    agent = world.agent("gpu-1")
    agent.clock_ahead = ahead
    world.turn()
    agent.says(world.now + ahead, "xid:64", 3)
    agent.changes[3] = {"remap_failed": True}
    world.turn()
    world.turn(world.burst)
    world.turn()
    world.work_through(ANA)
    agent.changes.clear()
    world.turn(world.soak("xid:64") - timedelta(seconds=10))
    assert world.only_incident().state is IncidentState.VERIFYING
    world.turn(timedelta(seconds=20))
    assert world.only_incident().state is IncidentState.CLOSED
    detect = world.phases()[0]
    assert detect.to_at is not None
    assert detect.to_at - detect.from_at < timedelta(minutes=1)
    assert "the node's clock is" in world.live.problems("gpu-1")[0]


def test_a_silent_node_is_one_incident_and_closes_when_it_talks_again(world: World) -> None:
    world.agent("gpu-2").answers = False
    for _ in range(3):
        world.turn(world.silent_after)
    incident = world.only_incident()
    assert (incident.node, incident.gpu_slot) == ("gpu-2", None)
    with world.store.read() as session:
        (signal,) = signals.latest_of_node(session, "gpu-2", 9)
    assert signal.message.endswith(" UTC: http://gpu-2.example:9400: silent by script")
    world.agent("gpu-2").answers = True
    world.turn()
    assert world.only_incident().state is IncidentState.VERIFYING
    world.turn(world.soak("node:silent"))
    assert world.only_incident().state is IncidentState.CLOSED


def test_a_controller_that_was_away_listens_before_it_calls_a_node_silent(world: World) -> None:
    world.clock.move(timedelta(days=1))
    world.restart()
    world.agent("gpu-2").answers = False
    world.turn()
    assert world.incidents() == []
    world.turn(world.silent_after)
    assert world.only_incident().node == "gpu-2"
    assert world.phases()[0].from_at > world.now - timedelta(minutes=2)


def test_where_nobody_answers_the_fault_is_likely_ours_so_patience_is_longer(
    world: World,
) -> None:
    for agent in world.agents.agents.values():
        agent.answers = False
    world.turn(4.9 * world.silent_after)
    assert world.incidents() == []
    world.turn(world.silent_after)
    assert {row.node for row in world.incidents() if row.node} == set(world.agents.agents)


def test_why_a_node_shows_nothing_is_told(world: World) -> None:
    world.agent("gpu-2").answers = False
    world.turn()
    assert "silent by script" in world.live.problems("gpu-2")[0]
    world.agent("gpu-2").answers = True
    world.turn()
    assert world.live.problems("gpu-2") == ()


def test_a_new_journal_is_read_from_its_start(world: World) -> None:
    agent = world.agent("gpu-1")
    agent.says(world.now, "xid:13", 2)
    world.turn()
    agent.journal_id, agent.signals = "journal-2", []
    agent.says(world.now, "xid:64", 3)
    world.turn()
    assert {row.gpu_slot for row in world.incidents()} == {2, 3}


def test_a_lost_gpu_is_not_available_and_a_healthy_one_is(world: World) -> None:
    agent = world.agent("gpu-1")
    agent.presence[3] = GpuPresence.LOST
    agent.says(world.now, "gpu:lost", 3)
    world.turn()
    world.turn(timedelta(minutes=30))
    hour = world.hours()["gpu-1"]
    assert hour.installed_gpu_seconds - hour.available_gpu_seconds == pytest.approx(1800, rel=0.01)


def release(world: World, hours: float) -> None:
    ends_at = world.now + timedelta(hours=hours)
    world.agent("gpu-1").released = Released("swap GPU 5", ends_at)


def test_a_released_node_is_neither_silent_nor_available(world: World) -> None:
    release(world, hours=1)
    for _ in range(5):
        world.turn(world.silent_after)
    assert world.incidents() == []
    hour = world.hours()["gpu-1"]
    assert (hour.installed_gpu_seconds, hour.available_gpu_seconds) == (8 * 300, 0)
    assert world.hours()["gpu-2"].available_gpu_seconds == 8 * 300


def test_a_repair_is_proved_only_once_the_driver_is_asked_again(world: World) -> None:
    agent = world.agent("gpu-1")
    agent.says(world.now, "xid:64", 3)
    world.turn()
    world.turn(world.burst)
    world.turn()
    release(world, hours=9)
    world.work_through(ANA)
    for _ in range(5):
        world.turn(world.soak("xid:64"))
        assert world.only_incident().state is IncidentState.VERIFYING
    agent.released = None
    world.turn()
    assert world.only_incident().state is IncidentState.CLOSED


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(hours=-3)])
def test_a_release_is_kept_on_our_clock_and_with_the_gpus_that_were_seen(
    world: World, ahead: timedelta
) -> None:
    agent = world.agent("gpu-1")
    agent.clock_ahead = ahead
    agent.released = Released("swap GPU 5", world.now + ahead + timedelta(hours=1))
    world.turn()
    agent.knows_gpus = False
    world.turn()
    snapshot = world.live.snapshot("gpu-1")
    assert snapshot is not None
    assert snapshot.released is not None
    assert snapshot.released.until_at == MONDAY_MORNING + timedelta(hours=1)
    assert len(snapshot.gpus) == 8
