"""Level 1: what one snapshot of the node says. It takes seconds and disturbs no job."""

from __future__ import annotations

from collections.abc import Iterator

from thirdshift_agent.checks.finding import Finding, Status
from thirdshift_agent.checks.verdict import Verdict
from thirdshift_agent.throttle import ThrottleReason
from thirdshift_agent.wire import GpuPresence, GpuReading, RecoveryAction, Snapshot

BRAKES = (ThrottleReason.HW_THERMAL_SLOWDOWN, ThrottleReason.HW_POWER_BRAKE)
"""Reasons that no healthy node shows, idle or at work."""


def verdict(snapshot: Snapshot, gpus_expected: int | None = None) -> Verdict:
    """Judge a snapshot; without `gpus_expected` any number of GPUs but none is right."""
    answering = sum(gpu.presence is GpuPresence.PRESENT for gpu in snapshot.gpus)
    findings = [*_node(snapshot, gpus_expected)]
    findings += [finding for gpu in snapshot.gpus for finding in _gpu(gpu)]
    return Verdict(answering, tuple(findings))


def _node(snapshot: Snapshot, expected: int | None) -> Iterator[Finding]:
    for problem in snapshot.problems:
        yield Finding(Status.WARNING if snapshot.gpus else Status.UNKNOWN, problem)
    if not (snapshot.gpus or snapshot.problems):
        yield Finding(Status.UNKNOWN, "the driver shows no GPU")
    if snapshot.gpus and expected is not None and len(snapshot.gpus) < expected:
        yield Finding(Status.CRITICAL, f"{len(snapshot.gpus)} of {expected} GPUs are known")


def _gpu(gpu: GpuReading) -> Iterator[Finding]:
    card = gpu.identity
    for status, text in _facts(gpu):
        told = f"GPU {card.slot} ({card.pci_address}) {text}"
        yield Finding(status, told, slot=card.slot, uuid=card.uuid)


def _facts(gpu: GpuReading) -> Iterator[tuple[Status, str]]:
    if gpu.presence is GpuPresence.LOST:
        yield Status.CRITICAL, "is lost"
    if gpu.presence is GpuPresence.HUNG:
        yield Status.CRITICAL, f"hangs in {gpu.hung_call}"
    if gpu.remap_failed:
        yield Status.CRITICAL, "failed to remap a row"
    if gpu.recovery_action not in (None, RecoveryAction.NONE):
        yield Status.CRITICAL, f"asks for {gpu.recovery_action}"
    if gpu.remap_pending:
        yield Status.WARNING, "has a row remap pending"
    if gpu.presence is GpuPresence.PRESENT:
        # every chip has these: where they are missing, the reading failed
        if gpu.temperature_celsius is None:
            yield Status.WARNING, "does not tell its temperature"
        if gpu.memory_total_bytes is None:
            yield Status.WARNING, "does not tell its memory"
    lanes, of_lanes = gpu.pcie_width, gpu.pcie_width_max
    if lanes is not None and of_lanes is not None and lanes < of_lanes:
        yield Status.WARNING, f"runs {lanes} of {of_lanes} PCIe lanes"
    for reason in gpu.throttle_reasons or ():
        if reason in BRAKES:
            yield Status.WARNING, f"is held back by {reason}"
