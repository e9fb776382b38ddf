"""A scripted site for the fake: 5 rows of 12 racks of 4 nodes, and one trouble of each kind.

Every instant is fixed, so that what is drawn from it is the same on every day.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from thirdshift_controller.wire import (
    Attempt,
    AttemptOutcome,
    CellState,
    GpuCell,
    IncidentState,
    IncidentSummary,
    NodeCell,
    RackCell,
    RowCell,
    Runbook,
    SignalLine,
    WorkOrderDetail,
    WorkOrderState,
    WorkOrderStep,
    WorkOrderSummary,
)

NOW = datetime(2026, 11, 2, 19, 32, tzinfo=UTC)
SILENT = "node-silent"

_TITLES = {
    "xid-79": "XID 79: the GPU has fallen off the bus",
    "xid-48": "XID 48: double-bit ECC error",
    "pcie-width": "PCIe link runs at x8 of x16",
    SILENT: "The node does not answer",
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
    return (
        _incident(2, "xid-48", "critical", IncidentState.OPEN, "gpu-2114", 2, 140, None, None),
        _incident(1, "xid-79", "critical", hands, "gpu-1032", 5, 38, "ana", "WO-1"),
        _incident(4, SILENT, "critical", IncidentState.OPEN, "gpu-4072", None, 4, None, None),
        _incident(6, "nvlink", "major", work, "gpu-1101", 7, 125, "raj", "WO-2"),
        _incident(3, "pcie-width", "major", hands, "gpu-3071", 3, 300, None, "WO-3"),
        _incident(
            5, "row-remap", "minor", IncidentState.VERIFYING, "gpu-5054", 0, 180, "ana", None
        ),
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
    said = f"NVRM: Xid (PCI:0000:{incident.gpu_slot or 0:02x}): {incident.title}"
    at, name = incident.opened_at, incident.runbook.replace("-", ":", 1)
    return (SignalLine(at, name, "kmsg", incident.gpu_slot, said),)


def attempts(incident: IncidentSummary) -> tuple[Attempt, ...]:
    """Return what was tried on an incident that needed hands afterwards."""
    if incident.work_order is None:
        return ()
    tried_at = incident.opened_at + timedelta(minutes=1)
    return (
        Attempt(
            number=1,
            action="gpu_reset",
            outcome=AttemptOutcome.FAILED,
            reserved_at=tried_at,
            finished_at=tried_at + timedelta(seconds=9),
            command=f"nvidia-smi --gpu-reset -i {incident.gpu_slot}",
            output="Unable to reset this GPU.\nrc=255",
        ),
    )


def work_orders() -> tuple[WorkOrderDetail, ...]:
    """Return the open work orders."""
    one, six, three = (i for i in incidents() if i.work_order)
    return (
        _order(one, WorkOrderState.ASSIGNED, "ana"),
        _order(six, WorkOrderState.STARTED, "raj"),
        _order(three, WorkOrderState.WAITING, "ana"),
    )


def _order(incident: IncidentSummary, state: WorkOrderState, assignee: str) -> WorkOrderDetail:
    steps = _steps()
    return WorkOrderDetail(
        summary=WorkOrderSummary(
            id=str(incident.work_order),
            incident=incident.id,
            title=incident.title,
            severity=incident.severity,
            state=state,
            node=incident.node,
            row=incident.rack[:3],
            rack=incident.rack,
            rack_unit=f"U{9 * int(incident.node[-1]) - 5:02}",
            gpu_slot=incident.gpu_slot,
            gpu_serial=f"16549220123{incident.gpu_slot}",
            assignee=assignee,
            shift="day",
            opened_at=incident.opened_at,
            estimate_p50_minutes=sum(step.minutes for step in steps),
            steps_done=0,
            steps_total=len(steps),
        ),
        runbook=incident.runbook,
        safety="Only with the node powered off and both cords pulled. Wear the strap.",
        people=1,
        skills=("hands", "sxm"),
        parts=("1 x H100 SXM tray",),
        steps=steps,
        note=None,
    )


def _steps() -> tuple[WorkOrderStep, ...]:
    told = (
        ("confirm", "The node is drained and powered off", 5),
        ("hands", "Pull both cords and open the tray at the rear", 5),
        ("hands", "Reseat the GPU: release both latches, lift straight up, look for bent pins", 10),
        ("hands", "Close the tray, connect both cords, power on", 5),
        ("decide", "All eight GPUs are back? If not, note it and choose the spare", 5),
    )
    return tuple(
        WorkOrderStep(number, kind, words, minutes, None, None, None)
        for number, (kind, words, minutes) in enumerate(told, start=1)
    )


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
