"""What is wrong: incidents, what was tried, what proves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from thirdshift_controller.wire.words import AttemptOutcome, IncidentState, Scope


@dataclass(frozen=True, slots=True)
class SignalLine:
    """One signal as evidence."""

    at: datetime
    name: str
    source: str
    gpu_slot: int | None
    message: str


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
class RungRecord:
    """How often a unit proved well after a remote action, for one page."""

    runbook: str
    action: str
    held: int
    tried: int


@dataclass(frozen=True, slots=True)
class Runbook:
    """One page of the catalogue for reading."""

    id: str
    title: str
    severity: str
    markdown: str
