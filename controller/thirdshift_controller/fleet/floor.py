"""The state of every GPU and node, from what it shows and what is open on it. Pure decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from thirdshift_agent.wire import GpuPresence, GpuReading, Snapshot
from thirdshift_controller.fleet.inventory import Node, Site
from thirdshift_controller.fleet.outage import OpenRepair, slots_out
from thirdshift_controller.fleet.release import release_of
from thirdshift_controller.wire import (
    CellState,
    GpuCell,
    IncidentState,
    NodeCell,
    RackCell,
    RowCell,
)
from thirdshift_runbooks.page import Severity

_RANK = {state: rank for rank, state in enumerate(CellState)}
_IN_HAND = {
    IncidentState.IN_WORK: CellState.REPAIR,
    IncidentState.VERIFYING: CellState.VALIDATING,
}


class OpenIncident(OpenRepair, Protocol):
    """What the floor needs to know of an open incident."""

    id: int | None
    severity: str
    state: IncidentState
    owner: str | None


@dataclass(frozen=True, slots=True)
class Mark:
    """A state and whether somebody owns what is wrong."""

    state: CellState
    owned: bool


def rows(
    site: Site,
    snapshots: Mapping[str, Snapshot],
    repairs: Mapping[str, Sequence[OpenIncident]],
    held: Collection[str],
    now: datetime,
    stale_after: timedelta,
) -> tuple[RowCell, ...]:
    """The whole floor. `repairs` are the open incidents that ask for one, by node."""

    def cell(node: Node) -> NodeCell:
        snapshot, known = snapshots.get(node.name), repairs.get(node.name, ())
        shown = node_cell(node, snapshot, known, now, stale_after)
        return replace(shown, held=node.name in held)

    return tuple(
        RowCell(
            row.name,
            tuple(RackCell(rack.name, tuple(map(cell, rack.nodes))) for rack in row.racks),
        )
        for row in site.rows
    )


def node_cell(
    node: Node,
    snapshot: Snapshot | None,
    repairs: Sequence[OpenIncident],
    now: datetime,
    stale_after: timedelta,
) -> NodeCell:
    """One node: its own state is the worst that concerns it."""
    marks = gpu_marks(node, snapshot, repairs, now, stale_after)
    whole = [_mark(incident) for incident in repairs if incident.gpu_slot is None]
    worst = worst_of([*whole, *marks.values()])
    return NodeCell(
        name=node.name,
        rack_unit=node.rack_unit,
        state=worst.state,
        owned=worst.owned,
        observed_at=snapshot.taken_at if snapshot else None,
        incident=f"INC-{repairs[0].id}" if repairs else None,
        gpus=tuple(GpuCell(slot, mark.state, mark.owned) for slot, mark in marks.items()),
    )


def gpu_marks(
    node: Node,
    snapshot: Snapshot | None,
    repairs: Sequence[OpenIncident],
    now: datetime,
    stale_after: timedelta,
) -> dict[int, Mark]:
    """Every slot's state, in order.

    What is being done about a slot says more than what it shows; no data is never healthy. A node
    whose driver is released shows its last state: that nothing is read is somebody's will.
    """
    readings = {gpu.identity.slot: gpu for gpu in snapshot.gpus} if snapshot else {}
    old = snapshot is None or now - snapshot.taken_at > stale_after
    stale = old and release_of(snapshot, now) is None

    def mark(slot: int) -> Mark:
        known = [_mark(incident) for incident in repairs if slot in slots_out(incident, node.gpus)]
        return worst_of(known or [Mark(_shown(readings.get(slot), stale), owned=False)])

    return {slot: mark(slot) for slot in range(node.gpus)}


def worst_of(marks: Iterable[Mark]) -> Mark:
    """The worst state; it is owned when the incident that sets it is."""
    ranked = sorted(marks, key=lambda mark: (_RANK[mark.state], mark.owned))
    return ranked[0] if ranked else Mark(CellState.EMPTY, owned=True)


def _shown(reading: GpuReading | None, stale: bool) -> CellState:
    if stale or reading is None:
        return CellState.NO_DATA
    return CellState.HEALTHY if reading.presence is GpuPresence.PRESENT else CellState.FAILED


def _mark(incident: OpenIncident) -> Mark:
    state = _IN_HAND.get(incident.state)
    if state is None:
        critical = incident.severity == Severity.CRITICAL
        state = CellState.FAILED if critical else CellState.DEGRADED
    return Mark(state, owned=incident.owner is not None)
