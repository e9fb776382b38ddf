"""One page of the catalogue, as the program sees it.

A page is a Markdown file. Its first fenced `toml` block is the machine's part and fills `Page`;
the prose below it is for the person at three in the morning.
"""

from __future__ import annotations

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


class RemoteAction(StrEnum):
    """A rung of the remote ladder. The controller's adapters know how to do it."""

    GPU_RESET = "gpu_reset"


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
    component: str
    severity: Severity
    disposition: Disposition
    takes_out: Outage
    ladder: tuple[RemoteAction, ...]
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
