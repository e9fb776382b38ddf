"""What an active check is: the tool it needs, the commands, and how what they print is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

from thirdshift_agent.checks.finding import Finding, Status, Unit, shown
from thirdshift_agent.checks.floors import Floors
from thirdshift_agent.checks.tools import Command, Ran
from thirdshift_agent.wire import GpuIdentity

STRAGGLER_RATIO = 0.9
"""Of the median of the node's GPUs: who is slower is told, floor or not."""
COMPARED = 3
"""With fewer GPUs nobody can say which of them is the odd one."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a check has before it. `gpus` are those that answer, as CUDA numbers them: by PCI."""

    gpus: tuple[GpuIdentity, ...]
    floors: Floors


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was read out of a tool's output. Without any finding, nothing could be read."""

    findings: tuple[Finding, ...] = ()
    skipped: tuple[str, ...] = ()
    """Parts that the tool left out, with its reason."""
    version: str | None = None


Commands = Callable[[str, Scene], Sequence[Command]]
"""From the path of the tool."""

Read = Callable[[Sequence[Ran], Scene], Outcome]


@dataclass(frozen=True, slots=True)
class Check:
    """One active check. `read` never raises, whatever a tool printed."""

    name: str
    levels: tuple[int, ...]
    tool: str
    commands: Commands
    """They run at the same time."""
    read: Read
    limit_seconds: float
    gpus_needed: int = 1
    instead: Commands | None = None
    """For an older version of the tool: run where the first commands gave nothing to read."""


def measured(
    check: str, gpu: GpuIdentity, value: float, floor: float | None, unit: Unit
) -> Finding:
    """Judge one GPU's measurement by its floor."""
    bad = floor is not None and not value >= floor
    beside = f"no floor of {gpu.name} is known" if floor is None else f"floor {shown(floor, unit)}"
    return Finding(
        Status.CRITICAL if bad else Status.OK,
        f"GPU {gpu.slot} ({gpu.pci_address}) {check}: {shown(value, unit)}, {beside}",
        check,
        gpu.slot,
        gpu.uuid,
        value,
        floor,
        unit,
    )


def with_stragglers(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings of one measurement; a GPU that lags behind the others gets a warning."""
    found = tuple(findings)
    values = [finding.measured for finding in found if finding.measured is not None]
    if len(values) < COMPARED:
        return found
    middle = median(values)
    return tuple(_compared(finding, middle) for finding in found)


def untested(check: str, tested: int, scene: Scene) -> tuple[Finding, ...]:
    """What it means that a tool saw another number of GPUs than answer."""
    if tested == len(scene.gpus):
        return ()
    text = f"{check}: {tested} GPUs were tested, {len(scene.gpus)} answer"
    return (Finding(Status.UNKNOWN, text, check),)


def _compared(finding: Finding, middle: float) -> Finding:
    value = finding.measured
    if value is None or finding.status is not Status.OK or value >= STRAGGLER_RATIO * middle:
        return finding
    less = f"{1 - value / middle:.0%} below the median of the node's GPUs"
    return replace(finding, status=Status.WARNING, text=f"{finding.text}, {less}")
