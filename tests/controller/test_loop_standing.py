"""The loop and what still stands: a state that was told once and has not ended is not mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fakes.world import World
from thirdshift_agent.wire import Released
from thirdshift_controller.config import Caller
from thirdshift_controller.fleet.inventory import Node, Rack
from thirdshift_controller.remedies.port import RemedyResult
from thirdshift_controller.store import incidents, signals
from thirdshift_controller.store.tables import SignalRow
from thirdshift_controller.wire import IncidentState, Role
from thirdshift_runbooks.page import RemoteAction

ANA = Caller("ana", Role.TECHNICIAN, "ana")
ACCEPTED = RemedyResult("done", "", 0)
DOWN, DEAD_ADAPTER = "nvlink:down", "pcie:no_answer"


@pytest.fixture
def helpless(world: World) -> World:
    """Every rung succeeds, whatever that helps."""
    world.remedy.answers = [ACCEPTED]
    return world


def lose_link(world: World) -> None:
    agent = world.agent("gpu-1")
    agent.says(world.now, DOWN, 3)
    agent.stands(DOWN, 3, "4")
    world.turn()


def after_one_rung(world: World) -> None:
    world.turn(world.burst)
    assert world.only_incident().state is IncidentState.VERIFYING


def tried(world: World) -> list[str]:
    return [order.action for order in world.remedy.orders]


def test_a_link_that_stays_down_goes_up_the_ladder_and_to_hands(helpless: World) -> None:
    lose_link(helpless)
    after_one_rung(helpless)
    for _ in range(6):
        helpless.turn(helpless.soak(DOWN))
    assert tried(helpless) == [RemoteAction.GPU_RESET, RemoteAction.FABRIC_RESET]
    assert helpless.only_incident().state is IncidentState.NEEDS_HANDS
    assert "did not hold: nvlink:down still stands on GPU 3 (4)" in helpless.timeline()
    assert [attempt.held for attempt in helpless.attempts()] == [False, False]


def test_a_link_that_came_up_again_closes_its_incident(helpless: World) -> None:
    lose_link(helpless)
    helpless.agent("gpu-1").standing = ()
    after_one_rung(helpless)
    helpless.turn(helpless.soak(DOWN))
    assert helpless.only_incident().state is IncidentState.CLOSED
    assert tried(helpless) == [RemoteAction.GPU_RESET]


def test_an_agent_that_does_not_say_is_judged_by_its_readings_alone(helpless: World) -> None:
    lose_link(helpless)
    helpless.agent("gpu-1").standing = None
    after_one_rung(helpless)
    helpless.turn(helpless.soak(DOWN))
    assert helpless.only_incident().state is IncidentState.CLOSED


def test_what_stands_on_another_gpu_or_is_another_fault_fails_no_proof(helpless: World) -> None:
    lose_link(helpless)
    agent = helpless.agent("gpu-1")
    agent.standing = ()
    agent.stands(DOWN, 5, "4")
    agent.stands("ib:down", None, "mlx5_0 1")
    agent.stands("remap:pending", 3)
    after_one_rung(helpless)
    helpless.turn(helpless.soak(DOWN))
    assert helpless.only_incident().state is IncidentState.CLOSED


def test_what_was_heard_beside_the_pages_own_signals_must_have_ended_too(helpless: World) -> None:
    lose_link(helpless)
    agent = helpless.agent("gpu-1")
    agent.says(helpless.now, "pcie:width", 3)
    helpless.turn()
    agent.standing = ()
    agent.stands("pcie:width", 3)
    after_one_rung(helpless)
    helpless.turn(helpless.soak(DOWN))
    assert "did not hold: pcie:width still stands on GPU 3" in helpless.timeline()


def lose_adapter(world: World, is_read: bool) -> None:
    agent = world.agent("gpu-1")
    agent.says(world.now, DEAD_ADAPTER, None)
    agent.stands(DEAD_ADAPTER, None, "00000000:5e:00.0 adapter", is_read)
    world.turn()
    world.turn(world.burst)


@pytest.mark.parametrize("is_read", [True, False])
def test_hands_that_took_a_thing_away_are_not_asked_for_it_again(
    world: World, is_read: bool
) -> None:
    lose_adapter(world, is_read)
    world.turn()
    world.work_through(ANA)
    world.turn(world.soak(DEAD_ADAPTER))
    closed = world.only_incident().state is IncidentState.CLOSED
    assert closed is not is_read


def test_a_remote_rung_after_which_a_thing_is_not_seen_any_more_has_not_held(
    helpless: World,
) -> None:
    lose_link(helpless)
    agent = helpless.agent("gpu-1")
    agent.standing = ()
    agent.stands(DOWN, 3, "4", is_read=False)
    after_one_rung(helpless)
    helpless.turn(helpless.soak(DOWN))
    assert "still stands on GPU 3 (4), and is not read any more" in helpless.timeline()


def test_an_agent_that_begins_anew_while_it_is_released_forgets_nothing(helpless: World) -> None:
    lose_link(helpless)
    agent = helpless.agent("gpu-1")
    agent.released = Released("swap GPU 5", helpless.now + timedelta(hours=1))
    agent.knows_gpus, agent.standing = False, None
    helpless.turn()
    snapshot = helpless.live.snapshot("gpu-1")
    assert snapshot is not None
    assert snapshot.standing is not None
    assert [state.name for state in snapshot.standing] == [DOWN]


@pytest.fixture
def bold(helpless: World) -> World:
    """Every node has a BMC, and no running work holds anything up."""
    rows = tuple(
        replace(row, racks=tuple(replace(rack, nodes=_with_bmcs(rack)) for rack in row.racks))
        for row in helpless.site.rows
    )
    rules = replace(helpless.rules, jobs_may_die=True)
    return replace(helpless, site=replace(helpless.site, rows=rows), rules=rules)


def _with_bmcs(rack: Rack) -> tuple[Node, ...]:
    return tuple(replace(node, bmc=f"ipmi://{node.name}.example") for node in rack.nodes)


@pytest.mark.parametrize("refuses", [True, False])
def test_only_a_node_that_does_not_answer_is_power_cycled_not_one_that_refuses_us(
    bold: World, refuses: bool
) -> None:
    agent = bold.agent("gpu-2")
    agent.refuses, agent.answers = refuses, refuses
    for _ in range(3):
        bold.turn(bold.silent_after)
    bold.turn(bold.burst)
    bold.turn(timedelta(hours=1))
    assert tried(bold) == ([] if refuses else [RemoteAction.POWER_CYCLE])
    if refuses:
        incident = bold.only_incident()
        assert (incident.runbook, incident.heard) == ("agent-refuses-controller", ["node:silent"])
        assert incident.state is IncidentState.NEEDS_HANDS


def test_a_node_with_hands_in_it_is_not_power_cycled_because_it_is_silent(bold: World) -> None:
    agent = bold.agent("gpu-2")
    agent.says(bold.now, "ecc:sram_threshold", 3)
    bold.turn()
    bold.turn(bold.burst)
    bold.bench.start(1, ANA, bold.now)
    agent.answers = False
    for _ in range(3):
        bold.turn(bold.silent_after)
    bold.turn(bold.burst)
    bold.turn(timedelta(hours=1))
    assert tried(bold) == []
    with bold.store.read() as session:
        mended, silent = incidents.still_open(session, "gpu-2")
    assert (mended.state, silent.runbook) == (IncidentState.IN_WORK, "node-silent")
    assert silent.waits_for == "the hands at work on gpu-2 for INC-1"


def test_a_refusal_that_has_ended_is_verified_and_closed_without_hands(helpless: World) -> None:
    agent = helpless.agent("gpu-2")
    agent.refuses = True
    for _ in range(3):
        helpless.turn(helpless.silent_after)
    helpless.turn(helpless.burst)
    agent.refuses = False
    helpless.turn()
    assert helpless.only_incident().state is IncidentState.VERIFYING
    assert helpless.orders() == []
    helpless.turn(timedelta(minutes=5))
    assert helpless.only_incident().state is IncidentState.CLOSED


def test_a_node_that_refused_us_and_then_is_gone_is_a_silent_node(helpless: World) -> None:
    agent = helpless.agent("gpu-2")
    agent.refuses = True
    for _ in range(2):
        helpless.turn(helpless.silent_after)
    agent.refuses, agent.answers = False, False
    helpless.turn()
    assert helpless.only_incident().runbook == "node-silent"


def test_a_fault_beside_which_a_node_was_silent_does_not_end_with_its_answer(
    helpless: World,
) -> None:
    agent = helpless.agent("gpu-2")
    agent.says(helpless.now, "memory:uncorrected", None)
    helpless.turn()
    agent.answers = False
    for _ in range(4):
        helpless.turn(helpless.silent_after)
    assert helpless.only_incident().heard == ["memory:uncorrected", "node:silent"]
    agent.answers = True
    helpless.turn()
    assert helpless.only_incident().state is not IncidentState.VERIFYING


@pytest.mark.parametrize("tells_standing", [True, False])
def test_a_state_from_before_our_time_that_still_stands_is_no_history(
    helpless: World, tells_standing: bool
) -> None:
    agent = helpless.agent("gpu-1")
    agent.says(helpless.now - timedelta(days=1), DOWN, 3)
    if tells_standing:
        agent.stands(DOWN, 3, "4")
    helpless.turn()
    assert [row.gpu_slot for row in helpless.incidents()] == ([3] if tells_standing else [])


def test_an_alert_of_the_silence_of_a_node_that_refuses_us_makes_it_no_dead_node(
    bold: World,
) -> None:
    bold.agent("gpu-2").refuses = True
    for _ in range(2):
        bold.turn(bold.silent_after)
    alert = SignalRow(
        origin="alert:NodeSilent",
        node="gpu-2",
        at=bold.now,
        received_at=bold.now,
        kind="node",
        code="silent",
        source="alertmanager",
        message="",
    )
    with bold.store.write() as session:
        signals.keep(session, [alert])
    bold.turn()
    bold.turn(bold.burst)
    assert bold.only_incident().runbook == "agent-refuses-controller"
    assert tried(bold) == []
