"""How the fake paints its open incidents onto its floor, and tells of one node."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from thirdshift_controller.wire import (
    CellState,
    Floor,
    GpuCell,
    GpuDetail,
    Hold,
    IncidentState,
    IncidentSummary,
    NodeCell,
    NodeDetail,
    RowCell,
    Schedule,
    Scope,
    Shell,
)
from thirdshift_tui.client import scripted

_STATES = {
    IncidentState.IN_WORK: CellState.REPAIR,
    IncidentState.VERIFYING: CellState.VALIDATING,
}
_LEMONS = {"gpu-2114": 0.67}
_SILENT_FOR = timedelta(minutes=4, seconds=12)


def cells(
    rows: tuple[RowCell, ...], incidents: Iterable[IncidentSummary], holds: Iterable[Hold]
) -> tuple[RowCell, ...]:
    """Return the floor with every incident's state on its node and GPU, and what is held."""
    by_node = {incident.node: incident for incident in incidents}
    places = {(hold.scope, hold.scope_name) for hold in holds}

    def painted(node: NodeCell, rack: str) -> NodeCell:
        held = bool(places & {(Scope.NODE, node.name), (Scope.RACK, rack)})
        ill = _painted(node, by_node[node.name]) if node.name in by_node else node
        return replace(ill, held=held)

    return tuple(
        replace(
            row,
            racks=tuple(
                replace(rack, nodes=tuple(painted(node, rack.name) for node in rack.nodes))
                for rack in row.racks
            ),
        )
        for row in rows
    )


def node_detail(
    floor: Floor, name: str, incidents: tuple[IncidentSummary, ...], holds: tuple[Hold, ...]
) -> NodeDetail | None:
    """Return one node of the floor with telemetry, or None where the floor has no such node."""
    for row in floor.rows:
        for rack in row.racks:
            for node in rack.nodes:
                if node.name == name:
                    about = tuple(one for one in incidents if one.node == name)
                    told = _told(node, row.name, rack.name, about)
                    places = ((Scope.NODE, name), (Scope.RACK, rack.name))
                    over = (one for one in holds if (one.scope, one.scope_name) in places)
                    return replace(told, hold=next(over, None))
    return None


def _state(incident: IncidentSummary) -> CellState:
    if incident.runbook == scripted.SILENT:
        return CellState.NO_DATA
    worst = CellState.FAILED if incident.severity == "critical" else CellState.DEGRADED
    return _STATES.get(incident.state, worst)


def _painted(node: NodeCell, incident: IncidentSummary) -> NodeCell:
    state, owned = _state(incident), incident.owner is not None
    ill = range(len(node.gpus)) if incident.gpu_slot is None else (incident.gpu_slot,)
    gpus = tuple(GpuCell(gpu.slot, state, owned) if gpu.slot in ill else gpu for gpu in node.gpus)
    silent_since = scripted.NOW - _SILENT_FOR
    seen = silent_since if state is CellState.NO_DATA else node.observed_at
    return replace(
        node, state=state, owned=owned, incident=incident.id, gpus=gpus, observed_at=seen
    )


def _told(
    node: NodeCell, row: str, rack: str, incidents: tuple[IncidentSummary, ...]
) -> NodeDetail:
    return NodeDetail(
        name=node.name,
        row=row,
        rack=rack,
        rack_unit=node.rack_unit,
        model="hgx-h100-8",
        state=node.state,
        observed_at=node.observed_at,
        driver_version="570.86.15",
        problems=("the agent does not answer",) if node.state is CellState.NO_DATA else (),
        gpus=tuple(_gpu(gpu, node.incident) for gpu in node.gpus),
        incidents=incidents,
        signals=tuple(line for one in incidents for line in scripted.signals(one)),
        lemon_score=_LEMONS.get(node.name, 0.0),
        shell=Shell(node.observed_at, True, 7240.0, 24.0, None),
        schedule=_schedule(node),
    )


def _schedule(node: NodeCell) -> Schedule:
    if node.incident is None:
        return Schedule("in_service", None, ("48112",))
    return Schedule("draining", f"thirdshift {node.incident}", ("48112",))


def _gpu(cell: GpuCell, incident: str | None) -> GpuDetail:
    reads = cell.state not in (CellState.FAILED, CellState.NO_DATA)
    slot = cell.slot
    return GpuDetail(
        slot=slot,
        uuid=f"GPU-5f2c1d00-7b1e-4a55-9c3e-0000000000{slot:02}",
        serial=f"16549220123{slot}",
        pci_address=f"00000000:{0x18 + 8 * slot:02X}:00.0",
        name="NVIDIA H100 80GB HBM3",
        state=cell.state,
        incident=None if cell.state is CellState.HEALTHY else incident,
        temperature_celsius=52.0 + slot if reads else None,
        power_watts=611.0 + slot if reads else None,
        power_limit_watts=700.0 if reads else None,
        utilisation_ratio=0.97 if reads else None,
        memory_used_bytes=61 * 2**30 if reads else None,
        memory_total_bytes=80 * 2**30 if reads else None,
        ecc_uncorrected_total=0 if reads else None,
        recovery_action="gpu_reset" if cell.state is CellState.FAILED else None,
    )
