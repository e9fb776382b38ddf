"""Is the unit well again? Judged from its own readings, not from anybody's word. Pure decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from thirdshift_agent.wire import GpuPresence, GpuReading, RecoveryAction, Snapshot
from thirdshift_controller.fleet.release import release_of
from thirdshift_runbooks.page import Proof

PATIENCE = 3
"""Soak times to wait for a fresh reading before the repair counts as not held."""


class Verdict(StrEnum):
    """What the readings say so far."""

    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"


_BADNESS = (Verdict.FAILED, Verdict.PENDING, Verdict.PASSED)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and the sentence that explains it."""

    verdict: Verdict
    reason: str


def judge(
    proof: Proof,
    since: datetime,
    now: datetime,
    snapshot: Snapshot | None,
    slot: int | None,
    recurred: Sequence[str],
) -> Judgement:
    """Judge a unit whose work ended at `since`; `slot` None is the whole node.

    `recurred` names the unit's signals after `since`: one is enough to fail. Readings count only
    from the end of the soak on, and none while the driver is released.
    """
    if recurred:
        return Judgement(Verdict.FAILED, f"{recurred[0]} came again")
    soak = timedelta(minutes=proof.soak_minutes)
    if now - since < soak:
        return Judgement(Verdict.PENDING, f"soaking for {proof.soak_minutes} minutes")
    if release_of(snapshot, now):
        return Judgement(Verdict.PENDING, "the driver is released")
    if snapshot is None or snapshot.released or snapshot.taken_at < since + soak:
        late = now - since > PATIENCE * soak + timedelta(minutes=1)
        verdict = Verdict.FAILED if late else Verdict.PENDING
        return Judgement(verdict, "no reading since the end of the soak")
    faults = _faults(proof, snapshot, slot)
    if faults:
        return Judgement(Verdict.FAILED, "; ".join(faults))
    return Judgement(Verdict.PASSED, f"well for {proof.soak_minutes} minutes")


def worst(judgements: Iterable[Judgement]) -> Judgement:
    """Of several units: one that failed, else one that is pending, else any."""
    ranked = sorted(judgements, key=lambda one: _BADNESS.index(one.verdict))
    return ranked[0] if ranked else Judgement(Verdict.PASSED, "nothing is left to prove")


def _faults(proof: Proof, snapshot: Snapshot, slot: int | None) -> list[str]:
    gpus = [gpu for gpu in snapshot.gpus if slot is None or gpu.identity.slot == slot]
    if not gpus:
        return [f"GPU {slot} is not in the node's report" if slot is not None else "no GPUs"]
    return [fault for gpu in gpus for fault in _gpu_faults(proof, gpu)]


def _gpu_faults(proof: Proof, gpu: GpuReading) -> list[str]:
    name = f"GPU {gpu.identity.slot}"
    wanted = gpu.recovery_action not in (None, RecoveryAction.NONE)
    narrow = gpu.pcie_width_max is not None and gpu.pcie_width != gpu.pcie_width_max
    faults = {
        f"{name} is {gpu.presence}": proof.gpu_present and gpu.presence is not GpuPresence.PRESENT,
        f"{name} asks for {gpu.recovery_action}": proof.recovery_action_none and wanted,
        f"{name} has a row remap pending": proof.remap_clear and bool(gpu.remap_pending),
        f"{name} failed to remap a row": proof.remap_clear and bool(gpu.remap_failed),
        f"{name} runs PCIe x{gpu.pcie_width}": proof.pcie_full_width and narrow,
    }
    return [text for text, present in faults.items() if present]
