"""Rows as the wire shows them. Pure: everything needed is handed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from thirdshift_agent.wire import Released
from thirdshift_controller.fleet.inventory import Node, Site
from thirdshift_controller.intake.bmc_live import BmcLive
from thirdshift_controller.intake.schedule import NodeStanding
from thirdshift_controller.shifts.roster import Duty
from thirdshift_controller.store.tables import (
    AttemptRow,
    HoldRow,
    IncidentRow,
    PauseRow,
    PhaseRow,
    SignalRow,
    StepRow,
    TimelineRow,
    WorkOrderRow,
)
from thirdshift_controller.wire import (
    Attempt,
    Hold,
    IncidentDetail,
    IncidentSummary,
    OnShift,
    Pause,
    PhaseSpan,
    Release,
    Schedule,
    Shell,
    SignalLine,
    TimelineEntry,
    WorkOrderDetail,
    WorkOrderStep,
    WorkOrderSummary,
)
from thirdshift_runbooks.page import Page


def on_shift(duty: Duty) -> OnShift:
    """Who is here."""
    return OnShift(duty.shift, duty.person, duty.ends_at)


def release(released: Released | None) -> Release | None:
    """Why a node's GPUs are not read, and until when."""
    return Release(released.reason, released.until_at) if released else None


def shell(node: Node, bmcs: BmcLive) -> Shell | None:
    """What the node's BMC showed last."""
    look, problem = bmcs.looks.get(node.name), bmcs.silences.get(node.name)
    if look is None:
        return None if problem is None else Shell(None, None, None, None, problem)
    return Shell(look.taken_at, look.power_on, look.power_watts, look.inlet_celsius, problem)


def schedule(standing: NodeStanding | None) -> Schedule | None:
    """What the scheduler does with a node."""
    if standing is None:
        return None
    return Schedule(standing.standing.value, standing.reason, standing.jobs)


def incident_summary(row: IncidentRow, site: Site, order_id: int | None) -> IncidentSummary:
    """One incident in a list."""
    return IncidentSummary(
        id=f"INC-{row.id}",
        title=row.title,
        runbook=row.runbook,
        severity=row.severity,
        state=row.state,
        node=row.node,
        rack=site.place(row.node).rack,
        gpu_slot=row.gpu_slot,
        gpus_out=row.gpus_out,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        owner=row.owner,
        work_order=None if order_id is None else f"WO-{order_id}",
        scope=row.scope,
        scope_name=row.scope_name,
        parent=None if row.parent_id is None else f"INC-{row.parent_id}",
        waits_for=row.waits_for,
        reopened=row.reopened,
    )


def hold(row: HoldRow) -> Hold:
    """One hold."""
    return Hold(
        id=f"HOLD-{row.id}",
        scope=row.scope,
        scope_name=row.scope_name,
        reason=row.reason,
        placed_by=row.placed_by,
        placed_at=row.placed_at,
        from_at=row.from_at,
        until_at=row.until_at,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by,
        lift_reason=row.lift_reason,
    )


def pause(row: PauseRow) -> Pause:
    """One pause."""
    return Pause(row.scope, row.scope_name, row.reason, row.since_at, row.until_at)


def incident_detail(
    summary: IncidentSummary,
    row: IncidentRow,
    phases: Sequence[PhaseRow],
    signals: Sequence[SignalRow],
    attempts: Sequence[AttemptRow],
    timeline: Sequence[TimelineRow],
    parts: Sequence[IncidentRow],
    now: datetime,
) -> IncidentDetail:
    """One incident, whole."""
    return IncidentDetail(
        summary=summary,
        resolution=row.resolution,
        phases=tuple(
            PhaseSpan(phase.phase, ((phase.to_at or now) - phase.from_at).total_seconds())
            for phase in phases
        ),
        signals=tuple(signal_line(signal) for signal in signals),
        attempts=tuple(_attempt(attempt) for attempt in attempts),
        timeline=tuple(TimelineEntry(line.at, line.actor, line.text) for line in timeline),
        parts=tuple(f"INC-{part.id}" for part in parts),
    )


def signal_line(row: SignalRow) -> SignalLine:
    """One signal as evidence."""
    return SignalLine(row.at, row.name, row.source, row.gpu_slot, row.message)


def order_summary(
    row: WorkOrderRow, steps: Sequence[StepRow], incident: IncidentRow, node: Node, page: Page
) -> WorkOrderSummary:
    """One work order in a queue."""
    return WorkOrderSummary(
        id=f"WO-{row.id}",
        incident=f"INC-{row.incident_id}",
        title=incident.title,
        severity=incident.severity,
        state=row.state,
        node=node.name,
        row=node.row,
        rack=node.rack,
        rack_unit=node.rack_unit,
        gpu_slot=incident.gpu_slot,
        gpu_serial=incident.gpu_serial,
        assignee=row.assignee,
        shift=row.shift,
        opened_at=row.opened_at,
        estimate_p50_minutes=page.estimate.p50_minutes if page.estimate else 0,
        steps_done=sum(step.done_at is not None for step in steps),
        steps_total=len(steps),
    )


def order_detail(
    summary: WorkOrderSummary, row: WorkOrderRow, steps: Sequence[StepRow], page: Page
) -> WorkOrderDetail:
    """One work order, whole."""
    return WorkOrderDetail(
        summary=summary,
        runbook=page.id,
        safety=page.safety,
        people=page.people,
        skills=page.skills,
        parts=page.parts,
        steps=tuple(_step(step) for step in steps),
        note=row.note,
    )


def _attempt(row: AttemptRow) -> Attempt:
    return Attempt(
        number=row.number,
        action=row.action,
        outcome=row.outcome,
        reserved_at=row.reserved_at,
        finished_at=row.finished_at,
        command=row.command,
        output=row.output,
        held=row.held,
        approved_by=row.approved_by,
    )


def _step(row: StepRow) -> WorkOrderStep:
    return WorkOrderStep(
        number=row.number,
        kind=row.kind,
        text=row.text,
        minutes=row.minutes,
        done_at=row.done_at,
        done_by=row.done_by,
        note=row.note,
    )
