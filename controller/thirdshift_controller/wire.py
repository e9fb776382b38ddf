"""What the controller's API publishes. The console and scripts import this module and nothing else.

Standard library only, so that a console needs none of the controller's dependencies. Every
`*_at` is an aware UTC instant; `None` is unknown, never zero.

    GET  /v1/me                              Me
    GET  /v1/floor                           Floor
    GET  /v1/nodes/{name}                    NodeDetail
    GET  /v1/incidents?open=true             list[IncidentSummary], worst and oldest first
    GET  /v1/incidents/{id}                  IncidentDetail
    POST /v1/incidents/{id}/acknowledge      IncidentDetail
    POST /v1/incidents/{id}/let-jobs-die     IncidentDetail; body {"reason": "..."}
    POST /v1/incidents/{id}/attempts/{n}/approve   IncidentDetail
    POST /v1/incidents/{id}/attempts/{n}/decline   IncidentDetail; body {"reason": "..."}
    GET  /v1/holds                           list[Hold], those in force and those to come
    POST /v1/holds                           Hold; body {"scope", "scope_name", "reason",
                                             "from_at", "until_at"}; the last two may be left out
    POST /v1/holds/{id}/lift                 Hold; body {"reason": "..."}
    GET  /v1/pauses                          list[Pause]
    GET  /v1/remedies                        list[RungRecord]
    GET  /v1/incidents/{id}/evidence         the newest evidence pack, a .tar.gz
    POST /v1/incidents/{id}/evidence         EvidencePack, once it is written: that takes minutes
    GET  /v1/work-orders?open=true&assignee= list[WorkOrderSummary]
    GET  /v1/work-orders/{id}                WorkOrderDetail
    POST /v1/work-orders/{id}/acknowledge    WorkOrderDetail
    POST /v1/work-orders/{id}/start          WorkOrderDetail
    POST /v1/work-orders/{id}/steps/{n}      WorkOrderDetail; body {"done": true, "note": "..."}
    POST /v1/work-orders/{id}/close          WorkOrderDetail; body {"note": "..."}
    GET  /v1/runbooks/{id}                   Runbook
    GET  /v1/reports/{YYYY-MM}               MonthReport
    POST /v1/alerts                          Alertmanager's webhook, version 4

What other systems post and ask for is in `wire_handoff.py`.

Each needs `Authorization: Bearer TOKEN`. A refusal is `{"detail": "<one sentence>"}` with 401
(no or wrong token), 403 (the role may not), 404, 409 (the state does not allow it) or 422.
Every POST may be repeated: a step that is done stays done, by whom and when it was done first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a token may do, weakest first.

    `alerts` is for machines: it posts alerts, signals and requests, and may ask what became of
    a request.
    """

    ALERTS = "alerts"
    VIEWER = "viewer"
    TECHNICIAN = "technician"
    LEAD = "lead"


class CellState(StrEnum):
    """The state of a GPU or a node on the floor, worst first."""

    FAILED = "failed"
    DEGRADED = "degraded"
    NO_DATA = "no_data"
    REPAIR = "repair"
    VALIDATING = "validating"
    HEALTHY = "healthy"
    EMPTY = "empty"


class IncidentState(StrEnum):
    """Where an incident stands on its way from signal to closed."""

    OPEN = "open"
    REMEDYING = "remedying"
    NEEDS_HANDS = "needs_hands"
    IN_WORK = "in_work"
    VERIFYING = "verifying"
    CLOSED = "closed"


class Scope(StrEnum):
    """What an incident, a hold or a pause is about; all but the first two are many nodes."""

    GPU = "gpu"
    NODE = "node"
    RACK = "rack"
    SWITCH = "switch"
    FEED = "feed"
    COOLING = "cooling"
    GANG = "gang"
    DRIVER = "driver"
    SITE = "site"


class AttemptOutcome(StrEnum):
    """How a remote attempt ended. `AMBIGUOUS`: we cannot know, so it counts as failed."""

    PROPOSED = "proposed"
    """Waits for a person's yes."""
    DECLINED = "declined"
    """A person said no."""
    RESERVED = "reserved"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUSED = "refused"
    AMBIGUOUS = "ambiguous"


class WorkOrderState(StrEnum):
    """Where a work order stands."""

    WAITING = "waiting"
    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    STARTED = "started"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Me:
    """Who the token belongs to. `person` is absent for a machine's token."""

    name: str
    role: Role
    person: str | None


@dataclass(frozen=True, slots=True)
class GpuCell:
    """One GPU on the floor. `owned`: somebody has acknowledged what is wrong with it."""

    slot: int
    state: CellState
    owned: bool


@dataclass(frozen=True, slots=True)
class NodeCell:
    """One node on the floor; its state is the worst that concerns it."""

    name: str
    rack_unit: str
    state: CellState
    owned: bool
    observed_at: datetime | None
    incident: str | None
    gpus: tuple[GpuCell, ...]
    held: bool = False
    """A hold covers it: nothing automatic happens there."""


@dataclass(frozen=True, slots=True)
class RackCell:
    """One rack, its nodes from the bottom up."""

    name: str
    nodes: tuple[NodeCell, ...]


@dataclass(frozen=True, slots=True)
class RowCell:
    """One row of racks."""

    name: str
    racks: tuple[RackCell, ...]


@dataclass(frozen=True, slots=True)
class OnShift:
    """The shift at this instant; `person` is absent where the rota has a gap."""

    shift: str
    person: str | None
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Floor:
    """The whole site at one instant. `speed` is 1 but on a simulated clock."""

    site: str
    timezone: str
    now: datetime
    speed: float
    stale_after_seconds: float
    on_shift: OnShift
    rows: tuple[RowCell, ...]


@dataclass(frozen=True, slots=True)
class GpuDetail:
    """One GPU with its identity and latest reading."""

    slot: int
    uuid: str | None
    serial: str | None
    pci_address: str | None
    name: str | None
    state: CellState
    incident: str | None
    temperature_celsius: float | None
    power_watts: float | None
    power_limit_watts: float | None
    utilisation_ratio: float | None
    memory_used_bytes: int | None
    memory_total_bytes: int | None
    ecc_uncorrected_total: int | None
    recovery_action: str | None


@dataclass(frozen=True, slots=True)
class SignalLine:
    """One signal as evidence."""

    at: datetime
    name: str
    source: str
    gpu_slot: int | None
    message: str


@dataclass(frozen=True, slots=True)
class Release:
    """Somebody has the driver released for maintenance: until then its GPUs are not read."""

    reason: str
    until_at: datetime


@dataclass(frozen=True, slots=True)
class NodeDetail:
    """One node, its GPUs, what is open on it and what it said lately (newest first)."""

    name: str
    row: str
    rack: str
    rack_unit: str
    model: str
    state: CellState
    observed_at: datetime | None
    driver_version: str | None
    problems: tuple[str, ...]
    gpus: tuple[GpuDetail, ...]
    incidents: tuple[IncidentSummary, ...]
    signals: tuple[SignalLine, ...]
    released: Release | None = None
    hold: Hold | None = None
    lemon_score: float = 0.0
    """1 and more: it has failed so often that it is a person's."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing automatic happens there until it is lifted, or until its end."""

    id: str
    scope: Scope
    scope_name: str
    reason: str
    placed_by: str
    placed_at: datetime
    from_at: datetime
    until_at: datetime | None
    lifted_at: datetime | None = None
    lifted_by: str | None = None
    lift_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """The budget of a scope is spent: no remote action there until it ends by itself."""

    scope: Scope
    scope_name: str
    reason: str
    since_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class RungRecord:
    """How often a unit proved well after a remote action, for one page."""

    runbook: str
    action: str
    held: int
    tried: int


@dataclass(frozen=True, slots=True)
class IncidentSummary:
    """One incident in a list. `node` is empty where it is about many: then `scope` says what."""

    id: str
    title: str
    runbook: str
    severity: str
    state: IncidentState
    node: str
    rack: str
    gpu_slot: int | None
    gpus_out: int
    opened_at: datetime
    closed_at: datetime | None
    owner: str | None
    work_order: str | None
    scope: Scope = Scope.NODE
    scope_name: str = ""
    parent: str | None = None
    """The wider incident that it is part of."""
    waits_for: str | None = None
    """Why nothing is tried from afar just now."""
    reopened: int = 0


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened to an incident: who did what, and when."""

    at: datetime
    actor: str
    text: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One remote attempt, reserved before it was made."""

    number: int
    action: str
    outcome: AttemptOutcome
    reserved_at: datetime
    finished_at: datetime | None
    command: str
    output: str
    held: bool | None = None
    """Whether the unit proved well after it; `None` until that is known."""
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class PhaseSpan:
    """What the down-time waited for: detect, remote, drain, people, hands or verify."""

    phase: str
    seconds: float


@dataclass(frozen=True, slots=True)
class IncidentDetail:
    """One incident, whole."""

    summary: IncidentSummary
    resolution: str | None
    phases: tuple[PhaseSpan, ...]
    signals: tuple[SignalLine, ...]
    attempts: tuple[Attempt, ...]
    timeline: tuple[TimelineEntry, ...]
    parts: tuple[str, ...] = ()
    """The incidents that this one explains."""


@dataclass(frozen=True, slots=True)
class EvidencePack:
    """One evidence pack. `complete`: every part could be had; its manifest names the others."""

    incident: str
    file: str
    sha256: str
    size_bytes: int
    made_at: datetime
    complete: bool


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


@dataclass(frozen=True, slots=True)
class Runbook:
    """One page of the catalogue for reading."""

    id: str
    title: str
    severity: str
    markdown: str


@dataclass(frozen=True, slots=True)
class DowntimeLine:
    """What one kind of fault cost in a month, in GPU-hours lost."""

    runbook: str
    incidents: int
    gpu_hours: float


@dataclass(frozen=True, slots=True)
class MonthReport:
    """The month's report as text; the HTML file lies where `html_path` says on the controller."""

    month: str
    downtime: tuple[DowntimeLine, ...]
    markdown: str
    html_path: str
