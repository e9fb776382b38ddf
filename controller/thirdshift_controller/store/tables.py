"""The tables. A row is a fact that survives kill -9; nothing here decides anything.

`open_key` columns are unique while something is open and empty after: the database itself refuses
a second open incident for one fault, or a second open order for one incident.
"""

from datetime import datetime

from sqlalchemy import JSON, Column, Text
from sqlmodel import Field, SQLModel

from thirdshift_controller.store.columns import UtcDateTime, Word
from thirdshift_controller.wire import AttemptOutcome, IncidentState, WorkOrderState


class NodeRow(SQLModel, table=True):
    """How far we have read one node's journal, and its meters at that point."""

    __tablename__ = "node"

    name: str = Field(primary_key=True)
    known_since_at: datetime = Field(sa_type=UtcDateTime)
    journal_id: str | None = None
    cursor: int = 0
    last_seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    meter: dict[str, object] | None = Field(default=None, sa_column=Column(JSON))

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

    id: int | None = Field(default=None, primary_key=True)
    origin: str = Field(unique=True)
    node: str = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    received_at: datetime = Field(sa_type=UtcDateTime)
    kind: str
    code: str
    source: str
    message: str = Field(sa_column=Column(Text, nullable=False))
    gpu_slot: int | None = None
    gpu_uuid: str | None = None
    gpu_serial: str | None = None
    pci_address: str | None = None
    facts: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    triaged: bool = Field(default=False, index=True)
    incident_id: int | None = Field(default=None, foreign_key="incident.id", index=True)

    @property
    def name(self) -> str:
        """The name a runbook answers to."""
        return f"{self.kind}:{self.code}"


class IncidentRow(SQLModel, table=True):
    """One fault of one unit (a GPU slot, or the node where `gpu_slot` is empty)."""

    __tablename__ = "incident"

    id: int | None = Field(default=None, primary_key=True)
    open_key: str | None = Field(default=None, unique=True)
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
    text: str = Field(sa_column=Column(Text, nullable=False))


class AttemptRow(SQLModel, table=True):
    """One remote attempt, written before it is made."""

    __tablename__ = "attempt"

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    number: int
    key: str = Field(unique=True)
    action: str
    command: str
    outcome: AttemptOutcome = Field(
        default=AttemptOutcome.RESERVED,
        sa_column=Column(Word(AttemptOutcome), nullable=False),
    )
    reserved_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    output: str = Field(default="", sa_column=Column(Text, nullable=False))


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
    text: str = Field(sa_column=Column(Text, nullable=False))
    minutes: int
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_by: str | None = None
    note: str | None = None


class NodeHourRow(SQLModel, table=True):
    """One node's use in one hour of UTC: the only time series we keep."""

    __tablename__ = "node_hour"

    node: str = Field(primary_key=True)
    hour_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    installed_gpu_seconds: float
    available_gpu_seconds: float
    utilised_gpu_seconds: float
    energy_joules: float
    energy_modelled_joules: float
