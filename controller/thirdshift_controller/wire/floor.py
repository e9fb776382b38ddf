"""What is where: the site at one instant, and one node of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from thirdshift_controller.wire.hands_off import Hold
from thirdshift_controller.wire.incidents import IncidentSummary, SignalLine
from thirdshift_controller.wire.words import CellState, Role


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
class Release:
    """Somebody has the driver released for maintenance: until then its GPUs are not read."""

    reason: str
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Shell:
    """What the node's BMC showed last, or why it shows nothing."""

    taken_at: datetime | None
    power_on: bool | None
    power_watts: float | None
    inlet_celsius: float | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the site's scheduler does with the node, and the jobs that it runs there."""

    standing: str
    """`in_service`, `draining`, `drained`, `down` or `absent`."""
    reason: str | None
    jobs: tuple[str, ...]


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
    shell: Shell | None = None
    """Absent where the node has no BMC that is asked."""
    schedule: Schedule | None = None
    """Absent where nobody schedules, or the scheduler has not said."""
