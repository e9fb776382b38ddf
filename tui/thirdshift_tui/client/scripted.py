"""A scripted site for the fake: 5 rows of 12 racks of 4 nodes, and one trouble of each kind.

Every instant is fixed, so that what is drawn from it is the same on every day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from thirdshift_controller.wire import (
    Attempt,
    AttemptOutcome,
    CellState,
    GpuCell,
    Hold,
    IncidentState,
    IncidentSummary,
    NodeCell,
    Pause,
    RackCell,
    RowCell,
    Runbook,
    RungRecord,
    Scope,
    SignalLine,
)

NOW = datetime(2026, 11, 2, 19, 32, tzinfo=UTC)
SILENT, FEED = "node-silent", "feed-took-nodes-along"

_TITLES = {
    "xid-79": "XID 79: the GPU has fallen off the bus",
    "xid-48": "XID 48: double-bit ECC error",
    "pcie-width": "PCIe link runs at x8 of x16",
    SILENT: "The node does not answer",
    FEED: "Feed took its nodes along: 2 nodes of feed F-04A",
    "row-remap": "A row remap is pending",
    "nvlink": "NVLink 3 is down",
}


def rows(count: int = 5, racks: int = 12, nodes: int = 4, gpus: int = 8) -> tuple[RowCell, ...]:
    """Return a healthy floor: `gpu-2114` is row 2, rack 11, node 4."""
    return tuple(
        RowCell(f"R{row:02}", tuple(_rack(row, rack, nodes, gpus) for rack in range(1, racks + 1)))
        for row in range(1, count + 1)
    )


def _rack(row: int, rack: int, nodes: int, gpus: int) -> RackCell:
    cells = tuple(GpuCell(slot, CellState.HEALTHY, False) for slot in range(gpus))
    return RackCell(
        f"R{row:02}-{rack:02}",
        tuple(
            NodeCell(
                name=f"gpu-{row}{rack:02}{node}",
                rack_unit=f"U{9 * node - 5:02}",
                state=CellState.HEALTHY,
                owned=False,
                observed_at=NOW - timedelta(seconds=4),
                incident=None,
                gpus=cells,
            )
            for node in range(1, nodes + 1)
        ),
    )


def incidents() -> tuple[IncidentSummary, ...]:
    """Return the open incidents, worst and oldest first."""
    hands, work = IncidentState.NEEDS_HANDS, IncidentState.IN_WORK
    proof = IncidentState.VERIFYING
    ecc = _incident(2, "xid-48", "critical", IncidentState.OPEN, "gpu-2114", 2, 140, None, None)
    remap = _incident(5, "row-remap", "minor", proof, "gpu-5054", 0, 180, "ana", None)
    return (
        replace(ecc, waits_for="a lead's yes to gpu_reset"),
        _incident(1, "xid-79", "critical", hands, "gpu-1032", 5, 38, "ana", "WO-1"),
        _part(8, "gpu-4071", "raj"),
        _part(4, "gpu-4072", None),
        _feed(),
        _incident(6, "nvlink", "major", work, "gpu-1101", 7, 125, "raj", "WO-2"),
        _incident(3, "pcie-width", "major", hands, "gpu-3071", 3, 300, None, "WO-3"),
        replace(remap, reopened=1),
    )


def _part(number: int, node: str, owner: str | None) -> IncidentSummary:
    """Return a node that its feed took along."""
    silent = _incident(number, SILENT, "critical", IncidentState.OPEN, node, None, 4, owner, None)
    return replace(silent, parent="INC-7", waits_for="INC-7, of which it is a part")


def _feed() -> IncidentSummary:
    return IncidentSummary(
        id="INC-7",
        title=_TITLES[FEED],
        runbook=FEED,
        severity="critical",
        state=IncidentState.NEEDS_HANDS,
        node="",
        rack="",
        gpu_slot=None,
        gpus_out=0,
        opened_at=NOW - timedelta(minutes=3),
        closed_at=None,
        owner="raj",
        work_order=None,
        scope=Scope.FEED,
        scope_name="F-04A",
    )


def _incident(
    number: int,
    runbook: str,
    severity: str,
    state: IncidentState,
    node: str,
    slot: int | None,
    minutes: int,
    owner: str | None,
    order: str | None,
) -> IncidentSummary:
    return IncidentSummary(
        id=f"INC-{number}",
        title=_TITLES[runbook],
        runbook=runbook,
        severity=severity,
        state=state,
        node=node,
        rack=f"R0{node[4]}-{node[5:7]}",
        gpu_slot=slot,
        gpus_out=8 if slot is None else 1,
        opened_at=NOW - timedelta(minutes=minutes),
        closed_at=None,
        owner=owner,
        work_order=order,
    )


def signals(incident: IncidentSummary) -> tuple[SignalLine, ...]:
    """Return an incident's evidence."""
    if not incident.node:
        words = "silent on 2 nodes of feed F-04A: gpu-4071, gpu-4072"
        return (SignalLine(incident.opened_at, "burst:feed", "controller", None, words),)
    said = f"NVRM: Xid (PCI:0000:{incident.gpu_slot or 0:02x}): {incident.title}"
    at, name = incident.opened_at, incident.runbook.replace("-", ":", 1)
    return (SignalLine(at, name, "kmsg", incident.gpu_slot, said),)


def attempts(incident: IncidentSummary) -> tuple[Attempt, ...]:
    """Return what was tried, or what is proposed where the incident waits for a yes."""
    if incident.work_order is not None:
        return (_attempt(incident, AttemptOutcome.FAILED, held=False),)
    if incident.reopened:
        return (replace(_attempt(incident, AttemptOutcome.SUCCEEDED, held=True), output=""),)
    if incident.waits_for and "yes" in incident.waits_for:
        proposed = _attempt(incident, AttemptOutcome.PROPOSED, held=None)
        return (replace(proposed, finished_at=None, output=""),)
    return ()


def _attempt(incident: IncidentSummary, outcome: AttemptOutcome, held: bool | None) -> Attempt:
    tried_at = incident.opened_at + timedelta(minutes=1)
    return Attempt(
        number=1,
        action="gpu_reset",
        outcome=outcome,
        reserved_at=tried_at,
        finished_at=tried_at + timedelta(seconds=9),
        command=f"nvidia-smi --gpu-reset -i {incident.gpu_slot}",
        output="Unable to reset this GPU.\nrc=255",
        held=held,
    )


def records() -> tuple[RungRecord, ...]:
    """Return what worked before."""
    return (RungRecord("xid-48", "gpu_reset", 7, 9), RungRecord("xid-79", "gpu_reset", 0, 4))


def holds() -> tuple[Hold, ...]:
    """Return a rack that raj works in, until half past four."""
    placed_at = NOW - timedelta(minutes=50)
    return (
        Hold(
            id="HOLD-1",
            scope=Scope.RACK,
            scope_name="R05-02",
            reason="new leaf cables",
            placed_by="raj",
            placed_at=placed_at,
            from_at=placed_at,
            until_at=NOW + timedelta(hours=1, minutes=58),
        ),
    )


def pauses() -> tuple[Pause, ...]:
    """Return a rack in which enough was disturbed."""
    reason = "2 nodes of rack R01-03 in 60 min: gpu-1031, gpu-1032"
    since_at = NOW - timedelta(minutes=22)
    return (Pause(Scope.RACK, "R01-03", reason, since_at, NOW + timedelta(minutes=8)),)


def runbook(identity: str) -> Runbook:
    """Return a page of the catalogue."""
    return Runbook(identity, _TITLES[identity], "critical", f"# {_TITLES[identity]}\n{_PROSE}")


_PROSE = """
## Meaning
The driver can no longer reach the GPU over PCIe. Work on it is lost.

## Diagnosis
- `nvidia-smi` lists one GPU too few
- the kernel log says `NVRM: Xid ... 79`

## Mitigation
1. Drain the node.
2. Power it off, wait one minute, power it on.
3. If it comes back, run the level 3 test.
4. If not, reseat; **twice without success: RMA**.

## Verification
All eight GPUs answer, and the soak of 30 minutes shows no new XID.
"""
