"""What is to be done by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from thirdshift_controller.wire.words import WorkOrderState


@dataclass(frozen=True, slots=True)
class WorkOrderSummary:
    """One work order in a queue."""

    id: str
    incident: str
    title: str
    severity: str
    state: WorkOrderState
    node: str
    row: str
    rack: str
    rack_unit: str
    gpu_slot: int | None
    gpu_serial: str | None
    assignee: str | None
    shift: str | None
    opened_at: datetime
    estimate_p50_minutes: int
    steps_done: int
    steps_total: int


@dataclass(frozen=True, slots=True)
class WorkOrderStep:
    """One line of the checklist."""

    number: int
    kind: str
    text: str
    minutes: int
    done_at: datetime | None
    done_by: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class WorkOrderDetail:
    """One work order, whole."""

    summary: WorkOrderSummary
    runbook: str
    safety: str
    people: int
    skills: tuple[str, ...]
    parts: tuple[str, ...]
    steps: tuple[WorkOrderStep, ...]
    note: str | None
