"""What an agent publishes: a node's present snapshot and its numbered signals.

`GET /v1/report?after=SEQ&wait=SECONDS` answers one `Report`, encoded by `encode`. Readers decode it
with a validator of their own choice: every type here is a frozen dataclass of plain values.

Conventions: base units in every name; `None` is a reading that could not be had, never zero;
every `*_at` is an aware UTC instant.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum


class SignalKind(StrEnum):
    """The family of a signal. With the code it makes the signal's name: `xid:79`, `gpu:lost`."""

    XID = "xid"
    SXID = "sxid"
    GPU = "gpu"
    GPU_EVENT = "gpu_event"
    """An NVML event that is no XID."""
    ECC = "ecc"
    REMAP = "remap"
    NVLINK = "nvlink"
    FABRIC = "fabric"
    PCIE = "pcie"
    THERMAL = "thermal"
    POWER = "power"
    IB = "ib"
    """A port of InfiniBand or RoCE."""
    DISK = "disk"
    MEMORY = "memory"
    """The node's own memory."""
    KERNEL = "kernel"
    NODE = "node"
    POWER_SUPPLY = "psu"
    ALERT = "alert"


class SignalSource(StrEnum):
    """Who saw it first."""

    NVML_EVENT = "nvml_event"
    KERNEL_LOG = "kernel_log"
    SAMPLER = "sampler"
    CONTROLLER = "controller"
    ALERTMANAGER = "alertmanager"
    BMC = "bmc"
    SCHEDULER = "scheduler"
    WEBHOOK = "webhook"


class GpuPresence(StrEnum):
    """Whether the driver still answers for a GPU."""

    PRESENT = "present"
    LOST = "lost"
    HUNG = "hung"


class RecoveryAction(StrEnum):
    """What the GPU itself asks for: NVML field 230, `NVML_FI_DEV_GET_GPU_RECOVERY_ACTION`."""

    NONE = "none"
    GPU_RESET = "gpu_reset"
    NODE_REBOOT = "node_reboot"
    DRAIN_P2P = "drain_p2p"
    DRAIN_AND_RESET = "drain_and_reset"
    RECOVER_IMEX_DOMAIN = "recover_imex_domain"
    BUS_RESET = "bus_reset"
    SYSTEM_REBOOT = "system_reboot"


@dataclass(frozen=True, slots=True)
class GpuIdentity:
    """Who a GPU is. It outlives the GPU's presence: a lost GPU keeps its slot and serial."""

    slot: int
    uuid: str
    serial: str | None
    pci_address: str
    """`00000000:3b:00.0`: eight-digit domain, lower case, whoever reported it."""
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What one read of one GPU gave; `None` where the chip has no such reading."""

    temperature_celsius: float | None = None
    memory_temperature_celsius: float | None = None
    power_watts: float | None = None
    power_limit_watts: float | None = None
    energy_joules_total: float | None = None
    sm_clock_hertz: float | None = None
    memory_clock_hertz: float | None = None
    utilisation_ratio: float | None = None
    memory_used_bytes: int | None = None
    memory_total_bytes: int | None = None
    ecc_corrected_total: int | None = None
    ecc_uncorrected_total: int | None = None
    remapped_rows_correctable_total: int | None = None
    remapped_rows_uncorrectable_total: int | None = None
    remap_pending: bool | None = None
    remap_failed: bool | None = None
    throttle_reasons: tuple[str, ...] | None = None
    pcie_generation: int | None = None
    pcie_generation_max: int | None = None
    pcie_width: int | None = None
    pcie_width_max: int | None = None
    recovery_action: RecoveryAction | None = None


@dataclass(frozen=True, slots=True)
class GpuReading(Values):
    """One GPU at one instant. A lost GPU keeps its identity and its last `seen_at`."""

    identity: GpuIdentity
    presence: GpuPresence
    seen_at: datetime | None
    """When the driver last answered for this GPU."""
    hung_call: str | None = None
    hung_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Released:
    """The driver is let go of, so that hands can work: until then nothing is read."""

    reason: str
    until_at: datetime


@dataclass(frozen=True, slots=True)
class StandingState:
    """A bad state that was told as a signal, once, and still is: silence does not end it.

    What merely happens, such as an XID or a count that rose, is no state and never stands.
    """

    kind: SignalKind
    code: str
    gpu_slot: int | None = None
    """None: the node's."""
    where: str = ""
    """Which links, ports, drives of the unit; empty where it has but one."""
    is_read: bool = True
    """False where it was bad when last read, and is read no more: the thing may be gone."""

    @property
    def name(self) -> str:
        """The name of the signal that told it, such as `nvlink:down`."""
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The node at one instant. `problems` names what cannot be read and why, one line each."""

    taken_at: datetime
    driver_version: str | None
    gpus: tuple[GpuReading, ...]
    problems: tuple[str, ...] = ()
    released: Released | None = None
    """While it is, all else is what was read last before, or nothing."""
    standing: tuple[StandingState, ...] | None = None
    """None: the agent does not say; empty: nothing that it told is still bad."""


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that happened, as the journal keeps it. `sequence` counts from 1, never repeats."""

    sequence: int
    at: datetime
    kind: SignalKind
    code: str
    source: SignalSource
    message: str
    """The raw evidence: the kernel's line, or what the sampler saw."""
    gpu_uuid: str | None = None
    gpu_serial: str | None = None
    gpu_slot: int | None = None
    pci_address: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name that a runbook answers to, such as `xid:79`."""
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True)
class Report:
    """One answer of `/v1/report`.

    `journal_id` is drawn when the journal is created. A reader whose cursor carries another
    `journal_id` starts again from sequence 0: the node was reinstalled or its disk was lost.
    """

    node: str
    agent_version: str
    boot_id: str
    sent_at: datetime
    """When the agent answered. It lets a reader tell the agent's clock from its own."""
    journal_id: str
    last_sequence: int
    snapshot: Snapshot
    signals: tuple[Signal, ...]


def encode(report: Report) -> bytes:
    """Return the report as one JSON object; instants in ISO 8601 with offset."""
    return json.dumps(asdict(report), default=_plain, separators=(",", ":")).encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a report")
