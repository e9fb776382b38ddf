"""The scripted site's work orders: one assigned, one started, one that waits."""

from __future__ import annotations

from thirdshift_controller.wire import (
    IncidentSummary,
    WorkOrderDetail,
    WorkOrderState,
    WorkOrderStep,
    WorkOrderSummary,
)
from thirdshift_tui.client.scripted import incidents


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
