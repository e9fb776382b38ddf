"""The tables. A row is a fact that survives kill -9; nothing here decides anything.

`open_key` columns are unique while something is open and empty after: the database itself refuses
a second open incident for one fault, or a second open order for one incident.
"""

from datetime import datetime

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from thirdshift_controller.fleet.inventory import Place
from thirdshift_controller.store.columns import Prose, UtcDateTime, Word
from thirdshift_controller.wire import AttemptOutcome, IncidentState, Scope, WorkOrderState


class NodeRow(SQLModel, table=True):
    """How far we have read one node's journal, and its meters at that point."""

    __tablename__ = "node"

    name: str = Field(primary_key=True)
    known_since_at: datetime = Field(sa_type=UtcDateTime)
    journal_id: str | None = None
    cursor: int = 0
    last_seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    meter: dict[str, object] | None = Field(default=None, sa_column=Column(JSON))
    drained_for: int | None = Field(default=None, foreign_key="incident.id")
    """The incident for which we took it out of service; it is ours to return."""

    @property
    def heard_at(self) -> datetime:
        """When it answered last, or was taken in charge."""
        return self.last_seen_at or self.known_since_at


class GpuRow(SQLModel, table=True):
    """Which card was last seen in which slot."""

    __tablename__ = "gpu"

    node: str = Field(primary_key=True)
    slot: int = Field(primary_key=True)
    uuid: str
    serial: str | None = None
    pci_address: str
    name: str
    since_at: datetime = Field(sa_type=UtcDateTime)


class SignalRow(SQLModel, table=True):
    """One signal, once: `origin` names it wherever it came from."""

    __tablename__ = "signal"
    __table_args__ = (
        Index("ix_signal_node_at", "node", "at"),
        Index("ix_signal_triaged_at", "triaged", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    origin: str = Field(unique=True)
    node: str
    at: datetime = Field(sa_type=UtcDateTime)
    received_at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    code: str
    source: str
    message: str = Field(sa_column=Column(Prose, nullable=False))
    gpu_slot: int | None = None
    gpu_uuid: str | None = None
    gpu_serial: str | None = None
    pci_address: str | None = None
    facts: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    triaged: bool = False
    incident_id: int | None = Field(default=None, foreign_key="incident.id", index=True)

    @property
    def name(self) -> str:
        """The name a runbook answers to."""
        return f"{self.kind}:{self.code}"


class IncidentRow(SQLModel, table=True):
    """One fault of one unit: a GPU slot, a node, or, where `node` is empty, of many nodes."""

    __tablename__ = "incident"

    id: int | None = Field(default=None, primary_key=True)
    open_key: str | None = Field(default=None, unique=True)
    scope: Scope = Field(sa_column=Column(Word(Scope), nullable=False))
    scope_name: str
    """The node's name, or that of the rack, switch, feed and so on."""
    parent_id: int | None = Field(default=None, foreign_key="incident.id", index=True)
    """The one cause of many that it is part of: while that is open, nothing is done here."""
    node: str = Field(index=True)
    gpu_slot: int | None = None
    gpu_serial: str | None = None
    pci_address: str | None = None
    gpus_out: int
    runbook: str
    title: str
    severity: str
    state: IncidentState = Field(
        default=IncidentState.OPEN,
        sa_column=Column(Word(IncidentState), nullable=False, index=True),
    )
    opened_at: datetime = Field(sa_type=UtcDateTime)
    last_signal_at: datetime = Field(sa_type=UtcDateTime)
    verify_from_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    resolution: str | None = None
    owner: str | None = None
    waits_for: str | None = None
    """Why the ladder does nothing now."""
    heard: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """The names of its signals, each once."""
    reopened: int = 0
    begun_at: datetime = Field(sa_type=UtcDateTime)
    """When its present spell began: when it was opened, or opened again."""
    jobs_may_die_by: str | None = None
    """Who said that the node's running work need not be waited for."""
    silence_until_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Until then the node is expected to start, and so to be silent."""

    @property
    def place(self) -> Place:
        """The scope that it spans; a GPU's fault spans its node."""
        return (Scope.NODE if self.node else self.scope, self.scope_name)


class PhaseRow(SQLModel, table=True):
    """What an incident's down-time waited for, from when to when."""

    __tablename__ = "phase"

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    phase: str
    from_at: datetime = Field(sa_type=UtcDateTime)
    to_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class TimelineRow(SQLModel, table=True):
    """Who did what to an incident, and when."""

    __tablename__ = "timeline"

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str
    text: str = Field(sa_column=Column(Prose, nullable=False))


class AttemptRow(SQLModel, table=True):
    """One remote attempt, written before it is made."""

    __tablename__ = "attempt"

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    node: str = Field(index=True)
    number: int
    key: str = Field(unique=True)
    action: str
    command: str
    outcome: AttemptOutcome = Field(
        default=AttemptOutcome.RESERVED,
        sa_column=Column(Word(AttemptOutcome), nullable=False),
    )
    reserved_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    """When an end that was not recorded is not to be expected any more."""
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    output: str = Field(default="", sa_column=Column(Prose, nullable=False))
    held: bool | None = None
    """Whether the unit proved well after it; empty until that is known."""
    approved_by: str | None = None


class HoldRow(SQLModel, table=True):
    """A person's hand on a node, a rack or the site: nothing automatic happens there.

    One with an end is a maintenance window; one without ends when it is lifted.
    """

    __tablename__ = "hold"

    id: int | None = Field(default=None, primary_key=True)
    scope: Scope = Field(sa_column=Column(Word(Scope), nullable=False))
    scope_name: str = Field(index=True)
    reason: str
    placed_by: str
    placed_at: datetime = Field(sa_type=UtcDateTime)
    from_at: datetime = Field(sa_type=UtcDateTime)
    until_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    lifted_by: str | None = None
    lift_reason: str | None = None


class PauseRow(SQLModel, table=True):
    """The budget stopped remote action in a scope, and why; it ends by itself."""

    __tablename__ = "pause"

    id: int | None = Field(default=None, primary_key=True)
    scope: Scope = Field(sa_column=Column(Word(Scope), nullable=False))
    scope_name: str
    reason: str
    since_at: datetime = Field(sa_type=UtcDateTime)
    until_at: datetime = Field(sa_type=UtcDateTime, index=True)


class EvidenceRow(SQLModel, table=True):
    """One evidence pack on the controller's disk."""

    __tablename__ = "evidence"

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    file: str
    sha256: str
    size_bytes: int
    made_at: datetime = Field(sa_type=UtcDateTime)
    complete: bool
    """Whether every part could be had; the manifest names those that could not."""


class ExternalRequestRow(SQLModel, table=True):
    """Somebody else's system handed a node over to us, and waits to hear of the end."""

    __tablename__ = "external_request"

    id: int | None = Field(default=None, primary_key=True)
    origin: str = Field(unique=True)
    system: str
    reference: str
    """What that system calls its request."""
    node: str = Field(index=True)
    signal_origin: str
    """The signal that the request became; its incident is the request's."""
    received_at: datetime = Field(sa_type=UtcDateTime)
    completed_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    succeeded: bool | None = None
    message: str | None = None
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WorkOrderRow(SQLModel, table=True):
    """One piece of work for hands."""

    __tablename__ = "work_order"

    id: int | None = Field(default=None, primary_key=True)
    open_key: int | None = Field(default=None, unique=True)
    """The incident's id while the order is open."""
    incident_id: int = Field(foreign_key="incident.id", index=True)
    runbook: str
    state: WorkOrderState = Field(
        default=WorkOrderState.WAITING,
        sa_column=Column(Word(WorkOrderState), nullable=False, index=True),
    )
    opened_at: datetime = Field(sa_type=UtcDateTime)
    assignee: str | None = None
    shift: str | None = None
    shift_ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    note: str | None = None


class StepRow(SQLModel, table=True):
    """One line of an order's checklist, copied from the page when the order was opened."""

    __tablename__ = "work_order_step"

    work_order_id: int = Field(primary_key=True, foreign_key="work_order.id")
    number: int = Field(primary_key=True)
    kind: str
    text: str = Field(sa_column=Column(Prose, nullable=False))
    minutes: int
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_by: str | None = None
    note: str | None = None


class NodeHourRow(SQLModel, table=True):
    """One node's use in one hour of UTC; with `TeamHourRow` the only time series we keep.

    The hour comes first in the key, and in SQLite the rows lie in its order: what is written now
    and what a month asks for is one stretch of the file, however many years there are.
    """

    __tablename__ = "node_hour"
    __table_args__ = {"sqlite_with_rowid": False}

    hour_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    node: str = Field(primary_key=True)
    installed_gpu_seconds: float
    available_gpu_seconds: float
    utilised_gpu_seconds: float
    energy_joules: float
    energy_modelled_joules: float
    watched_seconds: float
    scheduled_gpu_seconds: float
    allocated_gpu_seconds: float
    wall_joules: float
    wall_modelled_joules: float


class TeamHourRow(SQLModel, table=True):
    """What one team held in one hour of UTC."""

    __tablename__ = "team_hour"
    __table_args__ = {"sqlite_with_rowid": False}

    hour_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    team: str = Field(primary_key=True)
    allocated_gpu_seconds: float
    utilised_gpu_seconds: float
    wall_joules: float
