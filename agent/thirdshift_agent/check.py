"""One look at a node, as the plug-in convention of Nagios wants it: a status and plain facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from thirdshift_agent.wire import GpuPresence, GpuReading, RecoveryAction, Snapshot


class Status(IntEnum):
    """The exit code is the value."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact and what it alone would make of the node."""

    status: Status
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The node as it shows itself now."""

    answering: int
    findings: tuple[Finding, ...]
    """Worst first."""

    @property
    def status(self) -> Status:
        """The worst of the findings."""
        return self.findings[0].status if self.findings else Status.OK

    def __str__(self) -> str:
        """The status on the first line, then one line a finding."""
        first = f"{self.status.name}: {self.answering} GPUs answer"
        return "\n".join([first, *(finding.text for finding in self.findings)])


_WORST_FIRST = (Status.CRITICAL, Status.UNKNOWN, Status.WARNING)


def verdict(snapshot: Snapshot, gpus_expected: int | None = None) -> Verdict:
    """Judge a snapshot; without `gpus_expected` any number of GPUs but none is right."""
    answering = sum(gpu.presence is GpuPresence.PRESENT for gpu in snapshot.gpus)
    findings = [*_node(snapshot, gpus_expected)]
    findings += [finding for gpu in snapshot.gpus for finding in _gpu(gpu)]
    findings.sort(key=lambda finding: _WORST_FIRST.index(finding.status))
    return Verdict(answering, tuple(findings))


def _node(snapshot: Snapshot, expected: int | None) -> Iterator[Finding]:
    for problem in snapshot.problems:
        yield Finding(Status.WARNING if snapshot.gpus else Status.UNKNOWN, problem)
    if not (snapshot.gpus or snapshot.problems):
        yield Finding(Status.UNKNOWN, "the driver shows no GPU")
    if snapshot.gpus and expected is not None and len(snapshot.gpus) < expected:
        yield Finding(Status.CRITICAL, f"{len(snapshot.gpus)} of {expected} GPUs are known")


def _gpu(gpu: GpuReading) -> Iterator[Finding]:
    name = f"GPU {gpu.identity.slot} ({gpu.identity.pci_address})"
    if gpu.presence is GpuPresence.LOST:
        yield Finding(Status.CRITICAL, f"{name} is lost")
    if gpu.presence is GpuPresence.HUNG:
        yield Finding(Status.CRITICAL, f"{name} hangs in {gpu.hung_call}")
    if gpu.remap_failed:
        yield Finding(Status.CRITICAL, f"{name} failed to remap a row")
    if gpu.recovery_action not in (None, RecoveryAction.NONE):
        yield Finding(Status.CRITICAL, f"{name} asks for {gpu.recovery_action}")
    if gpu.remap_pending:
        yield Finding(Status.WARNING, f"{name} has a row remap pending")
    if gpu.presence is GpuPresence.PRESENT:
        # every chip has these: where they are missing, the reading failed
        if gpu.temperature_celsius is None:
            yield Finding(Status.WARNING, f"{name} does not tell its temperature")
        if gpu.memory_total_bytes is None:
            yield Finding(Status.WARNING, f"{name} does not tell its memory")
    lanes, of_lanes = gpu.pcie_width, gpu.pcie_width_max
    if lanes is not None and of_lanes is not None and lanes < of_lanes:
        yield Finding(Status.WARNING, f"{name} runs {lanes} of {of_lanes} PCIe lanes")
