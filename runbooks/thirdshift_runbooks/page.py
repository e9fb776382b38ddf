"""One page of the catalogue, as the program sees it.

A page is a Markdown file. Its first fenced `toml` block is the machine's part and fills `Page`;
the prose below it is for the person at three in the morning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is for the work on the node, worst first."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class Disposition(StrEnum):
    """What the fault asks of the site."""

    REPAIR = "repair"
    """The hardware or the node must be mended: remote rungs first, then hands."""
    OBSERVE = "observe"
    """Nothing to mend: shown, counted and closed after a quiet time."""


class Outage(StrEnum):
    """What the fault keeps from work until it is mended."""

    NOTHING = "nothing"
    GPU = "gpu"
    NODE = "node"


class Unit(StrEnum):
    """What an incident is about."""

    GPU = "gpu"
    NODE = "node"
    RACK = "rack"
    SITE = "site"


class RemoteAction(StrEnum):
    """A rung of the remote ladder, gentlest first. The controller's adapters know how to do it."""

    DRAIN = "drain"
    """The scheduler gives no new work; the rungs beyond wait until old work has ended."""
    SERVICE_RESTART = "service_restart"
    """Restart the page's `services`."""
    BMC_RESET = "bmc_reset"
    """Restart the node's management controller; the node itself runs on."""
    GPU_RESET = "gpu_reset"
    FABRIC_RESET = "fabric_reset"
    """Reset all GPUs of the node together, with the switches between them."""
    DRIVER_RELOAD = "driver_reload"
    REBOOT = "reboot"
    POWER_CYCLE = "power_cycle"
    """Off and on by the BMC."""


class FailureClass(StrEnum):
    """What kind of fault it is: the unit of statistics, and the chapters of `docs/faults.md`."""

    APPLICATION = "application"
    DOUBLE_BIT = "double_bit"
    ROW_REMAP = "row_remap"
    CONTAINMENT = "containment"
    SRAM = "sram"
    NVLINK = "nvlink"
    OFF_BUS = "off_bus"
    FIRMWARE = "firmware"
    RECOVERY_ACTION = "recovery_action"
    PCIE = "pcie"
    THERMAL = "thermal"
    POWER = "power"
    FAN = "fan"
    FABRIC_LINK = "fabric_link"
    NIC = "nic"
    NVME = "nvme"
    HOST_MEMORY = "host_memory"
    NODE_UNREACHABLE = "node_unreachable"
    BMC_UNREACHABLE = "bmc_unreachable"
    SOFTWARE_MISMATCH = "software_mismatch"
    SILENT_CORRUPTION = "silent_corruption"
    STRAGGLER = "straggler"
    LEMON = "lemon"
    BURST = "burst"
    REPLACEMENT = "replacement"
    RETURN_TO_SERVICE = "return_to_service"
    LIQUID = "liquid"
    BREAKER = "breaker"
    UNKNOWN = "unknown"
    """Not a class of its own: what no page answers to."""


class StepKind(StrEnum):
    """Who or what does a step."""

    AUTO = "auto"
    CONFIRM = "confirm"
    HANDS = "hands"
    DECIDE = "decide"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the technician's checklist."""

    kind: StepKind
    text: str
    minutes: int
    """Typical wrench time of this step."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Hands-on minutes of the whole order."""

    p50_minutes: int
    p90_minutes: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves the repair: all of it must hold for `soak_minutes` after the work is done."""

    soak_minutes: int
    gpu_present: bool = True
    remap_clear: bool = False
    """No row remap may be pending or failed."""
    recovery_action_none: bool = True
    pcie_full_width: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """A rule that needs more than the signal's name: where all of it holds, another page answers.

    `facts`: patterns that the signal's facts must match whole. `repeats`: so many of the signal
    within `within_hours`, this one counted, of the same unit and of the same value of every fact
    in `same`. `beside`: one of these was heard of the unit within a burst.
    """

    signal: str
    becomes: str
    """The id of the page that answers."""
    facts: Mapping[str, str]
    repeats: int
    within_hours: int
    same: tuple[str, ...]
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One fault: its id is stable for ever, its alert name is the file's name."""

    id: str
    alert: str
    title: str
    signals: tuple[str, ...]
    """Signal names it answers to, such as `xid:79` or `gpu:lost`."""
    explains: tuple[str, ...]
    """Signals of the same GPU that mean nothing more within a burst of this fault."""
    explains_beside: tuple[str, ...]
    """The same of the node's other GPUs."""
    explains_below: tuple[str, ...]
    """The same of everything in the rack or the site, for as long as this is open; `*` is all."""
    when: tuple[When, ...]
    """Looked at in order; the first that holds decides."""
    failure_class: FailureClass
    component: str
    unit: Unit
    """The smallest thing that an incident of this page is about: a leak is its rack's."""
    severity: Severity
    disposition: Disposition
    takes_out: Outage
    ladder: tuple[RemoteAction, ...]
    services: tuple[str, ...]
    """The systemd units that `service_restart` restarts."""
    rma: bool
    """Whether a part may go back to its vendor, so that evidence is kept."""
    people: int
    skills: tuple[str, ...]
    parts: tuple[str, ...]
    estimate: Estimate | None
    """Absent when the fault asks for no hands."""
    safety: str
    steps: tuple[Step, ...]
    proof: Proof
    reviewed_on: date
    body: str
    """The Markdown after the machine's part."""
