"""Level 1: what one look at the node says. It takes seconds and disturbs no job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from thirdshift_agent.checks.finding import Finding, Status
from thirdshift_agent.checks.links import link_findings
from thirdshift_agent.checks.verdict import Verdict
from thirdshift_agent.collectors.gpu.recovery import ACTION, CODE
from thirdshift_agent.collectors.gpu.throttle import ThrottleReason
from thirdshift_agent.collectors.row import Readings, Series
from thirdshift_agent.sampling.sample import GpuSample, Sample
from thirdshift_agent.wire import GpuPresence, RecoveryAction

BRAKES = (ThrottleReason.HW_THERMAL_SLOWDOWN, ThrottleReason.HW_POWER_BRAKE)
"""Reasons that no healthy node shows, idle or at work."""

_FLAGS: Mapping[Series, tuple[Status, str]] = {
    ("remap_failed", ()): (Status.CRITICAL, "failed to remap a row"),
    ("ecc_sram_threshold_exceeded", ()): (
        Status.CRITICAL,
        "has more errors of on-chip memory than the maker allows",
    ),
    ("remap_pending", ()): (Status.WARNING, "has a row remap pending"),
    ("retired_pages_pending", ()): (Status.WARNING, "has a page retirement pending"),
    **{
        ("throttle_reason", (reason.value,)): (Status.WARNING, f"is held back by {reason}")
        for reason in BRAKES
    },
}
_MUST_HAVE = {
    "temperature_celsius": "does not tell its temperature",
    "memory_total_bytes": "does not tell its memory",
}
"""Every chip has these: where they are missing, the reading failed."""


def verdict(
    sample: Sample,
    gpus_expected: int | None = None,
    host: Readings | None = None,
    link_floor: float | None = None,
) -> Verdict:
    """Judge a sample; without `gpus_expected` any number of GPUs but none is right.

    `host` are the node's own readings, `link_floor` the bytes per second of an InfiniBand port.
    """
    answering = sum(gpu.presence is GpuPresence.PRESENT for gpu in sample.gpus)
    findings = [*_node(sample, gpus_expected, host or {})]
    findings += [finding for gpu in sample.gpus for finding in _gpu(gpu)]
    findings += link_findings(host or {}, link_floor)
    return Verdict(answering, tuple(findings))


def _node(sample: Sample, expected: int | None, host: Readings) -> Iterator[Finding]:
    for problem in sample.problems:
        yield Finding(Status.WARNING if sample.gpus else Status.UNKNOWN, problem)
    if not (sample.gpus or sample.problems):
        yield Finding(Status.UNKNOWN, "the driver shows no GPU")
    known = len(sample.gpus)
    if sample.gpus and expected is not None and known < expected:
        yield Finding(Status.CRITICAL, f"{known} of {expected} GPUs are known")
    on_pci = int(host.get(("pci_gpus", ()), 0))
    if sample.gpus and known < on_pci:
        yield Finding(Status.CRITICAL, f"{on_pci} GPUs are on PCI, the driver knows {known}")


def _gpu(gpu: GpuSample) -> Iterator[Finding]:
    card = gpu.identity
    for status, text in _facts(gpu):
        told = f"GPU {card.slot} ({card.pci_address}) {text}"
        yield Finding(status, told, slot=card.slot, uuid=card.uuid)


def _facts(gpu: GpuSample) -> Iterator[tuple[Status, str]]:
    if gpu.presence is GpuPresence.LOST:
        yield Status.CRITICAL, "is lost"
    if gpu.presence is GpuPresence.HUNG:
        yield Status.CRITICAL, f"hangs in {gpu.hung_call}"
    for action in RecoveryAction:
        if action is not RecoveryAction.NONE and gpu.value(ACTION, (action.value,)):
            yield Status.CRITICAL, f"asks for {action}"
    if (number := gpu.value(CODE)) is not None and number >= len(RecoveryAction):
        yield Status.CRITICAL, f"asks for recovery action {number:.0f}, newer than this agent"
    yield from (told for series, told in _FLAGS.items() if gpu.readings.get(series))
    if gpu.presence is GpuPresence.PRESENT:
        yield from (
            (Status.WARNING, text) for name, text in _MUST_HAVE.items() if gpu.value(name) is None
        )
    yield from _link_facts(gpu)


def _link_facts(gpu: GpuSample) -> Iterator[tuple[Status, str]]:
    lanes, of_lanes = gpu.value("pcie_width"), gpu.value("pcie_width_max")
    if lanes is not None and of_lanes is not None and lanes < of_lanes:
        yield Status.WARNING, f"runs {lanes:.0f} of {of_lanes:.0f} PCIe lanes"
    links = [value for (name, _), value in gpu.readings.items() if name == "nvlink_up"]
    if 0 < sum(links) < len(links):  # none at all is a board without NVLink
        yield Status.CRITICAL, f"has {sum(links):.0f} of {len(links)} NVLinks up"
    if gpu.value("fabric_state", ("completed",)) == 0 and any(links):
        yield Status.CRITICAL, "has not joined the fabric"
