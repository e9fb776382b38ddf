"""What the floor shows of a GPU."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from fakes.site import node, small_site
from thirdshift_agent.wire import GpuPresence, Released
from thirdshift_controller.adapters.scripted import ScriptedAgent
from thirdshift_controller.fleet.floor import gpu_marks, node_cell, rows
from thirdshift_controller.wire import CellState, IncidentState, Scope

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
STALE = timedelta(seconds=60)


@dataclass
class Known:
    gpu_slot: int | None
    severity: str = "critical"
    state: IncidentState = IncidentState.OPEN
    owner: str | None = None
    id: int | None = 7
    gpus_out: int = 1
    scope: Scope = Scope.NODE


def agent(**presence: GpuPresence) -> ScriptedAgent:
    return ScriptedAgent(node(), presence={int(k[1:]): v for k, v in presence.items()})


def test_a_gpu_that_answers_is_healthy() -> None:
    cell = node_cell(node(), agent().report(0, NOW).snapshot, [], NOW, STALE)
    assert cell.state is CellState.HEALTHY
    assert [gpu.slot for gpu in cell.gpus] == list(range(8))


def test_no_data_is_never_drawn_as_healthy() -> None:
    old = agent().report(0, NOW - timedelta(seconds=61)).snapshot
    for snapshot in (None, old):
        marks = gpu_marks(node(), snapshot, [], NOW, STALE)
        assert {mark.state for mark in marks.values()} == {CellState.NO_DATA}


def test_a_released_node_shows_its_last_state_until_the_release_has_run_out() -> None:
    ends_at = NOW + timedelta(hours=1)
    old = agent(s3=GpuPresence.LOST).report(0, NOW).snapshot
    snapshot = replace(old, released=Released("swap GPU 5", ends_at))
    late = ends_at - timedelta(seconds=1)
    cell = node_cell(node(), snapshot, [], late, STALE)
    assert (cell.gpus[2].state, cell.gpus[3].state) == (CellState.HEALTHY, CellState.FAILED)
    assert node_cell(node(), old, [], late, STALE).state is CellState.NO_DATA
    assert node_cell(node(), snapshot, [], ends_at, STALE).state is CellState.NO_DATA


def test_a_lost_gpu_fails_before_anybody_opened_an_incident() -> None:
    snapshot = agent(s3=GpuPresence.LOST).report(0, NOW).snapshot
    cell = node_cell(node(), snapshot, [], NOW, STALE)
    assert (cell.state, cell.gpus[3].state) == (CellState.FAILED, CellState.FAILED)
    assert cell.gpus[2].state is CellState.HEALTHY


@pytest.mark.parametrize(
    ("incident", "state", "owned"),
    [
        (Known(3), CellState.FAILED, False),
        (Known(3, severity="major"), CellState.DEGRADED, False),
        (Known(3, owner="ana"), CellState.FAILED, True),
        (Known(3, state=IncidentState.IN_WORK, owner="ana"), CellState.REPAIR, True),
        (Known(3, state=IncidentState.VERIFYING, owner="ana"), CellState.VALIDATING, True),
    ],
)
def test_what_is_being_done_says_more_than_what_is_shown(
    incident: Known, state: CellState, owned: bool
) -> None:
    snapshot = agent(s3=GpuPresence.LOST).report(0, NOW).snapshot
    cell = node_cell(node(), snapshot, [incident], NOW, STALE)
    assert (cell.gpus[3].state, cell.gpus[3].owned) == (state, owned)
    assert cell.incident == "INC-7"


def test_a_fault_of_the_node_is_a_fault_of_all_its_gpus() -> None:
    cell = node_cell(node(), None, [Known(None, gpus_out=8)], NOW, STALE)
    assert {gpu.state for gpu in cell.gpus} == {CellState.FAILED}


def test_a_power_supply_that_failed_marks_the_node_and_no_gpu() -> None:
    snapshot = agent().report(0, NOW).snapshot
    cell = node_cell(node(), snapshot, [Known(None, "major", gpus_out=0)], NOW, STALE)
    assert cell.state is CellState.DEGRADED
    assert {gpu.state for gpu in cell.gpus} == {CellState.HEALTHY}


def test_the_floor_keeps_the_order_of_the_file_and_marks_what_is_held() -> None:
    floor = rows(small_site(), {}, {}, {"gpu-3"}, NOW, STALE)
    cells = [cell for row in floor for rack in row.racks for cell in rack.nodes]
    assert [cell.name for cell in cells] == ["gpu-1", "gpu-2", "gpu-3", "gpu-4"]
    assert [cell.held for cell in cells] == [False, False, True, False]
