"""Is the unit well again? Judged from its own readings, not from anybody's word. Pure decisions.

A state is told once, so that nothing was said since is no proof that it has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from thirdshift_agent.wire import (
    GpuPresence,
    GpuReading,
    RecoveryAction,
    Snapshot,
    StandingState,
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What was done, and what it must have ended."""

    proof: Proof
    since: datetime
    """When the work ended."""
    slot: int | None
    """None is the whole node."""
    names: frozenset[str] = frozenset()
    """The signals that it was about: none of them may still stand."""
    recurred: Sequence[str] = ()
    """The unit's signals after `since`: one is enough to fail."""
    by_hands: bool = False
    """Hands may have taken away what was bad; a remote rung that makes a thing vanish failed."""


def judge(repair: Repair, now: datetime, snapshot: Snapshot | None) -> Judgement:
    """Judge the unit by what its node shows.

    Readings count only from the end of the soak on, and none while the driver is released.
    """
    if repair.recurred:
        return Judgement(Verdict.FAILED, f"{repair.recurred[0]} came again")
    soak = timedelta(minutes=repair.proof.soak_minutes)
    if now - repair.since < soak:
        return Judgement(Verdict.PENDING, f"soaking for {repair.proof.soak_minutes} minutes")
    if release_of(snapshot, now):
        return Judgement(Verdict.PENDING, "the driver is released")
    if snapshot is None or snapshot.released or snapshot.taken_at < repair.since + soak:
        late = now - repair.since > PATIENCE * soak + timedelta(minutes=1)
        verdict = Verdict.FAILED if late else Verdict.PENDING
        return Judgement(verdict, "no reading since the end of the soak")
    faults = [*_faults(repair.proof, snapshot, repair.slot), *_standing(repair, snapshot)]
    if faults:
        return Judgement(Verdict.FAILED, "; ".join(faults))
    return Judgement(Verdict.PASSED, f"well for {repair.proof.soak_minutes} minutes")


def worst(judgements: Iterable[Judgement]) -> Judgement:
    """Of several units: one that failed, else one that is pending, else any."""
    ranked = sorted(judgements, key=lambda one: _BADNESS.index(one.verdict))
    return ranked[0] if ranked else Judgement(Verdict.PASSED, "nothing is left to prove")


def _faults(proof: Proof, snapshot: Snapshot, slot: int | None) -> list[str]:
    gpus = [gpu for gpu in snapshot.gpus if slot is None or gpu.identity.slot == slot]
    if not gpus:
        return [f"GPU {slot} is not in the node's report" if slot is not None else "no GPUs"]
    return [fault for gpu in gpus for fault in _gpu_faults(proof, gpu)]


def _standing(repair: Repair, snapshot: Snapshot) -> Iterator[str]:
    """What the repair was to end and has not; an agent that does not say leaves it at that."""
    for state in snapshot.standing or ():
        on_unit = repair.slot is None or state.gpu_slot == repair.slot
        taken_away = repair.by_hands and not state.is_read
        if on_unit and state.name in repair.names and not taken_away:
            yield _still(state)


def _still(state: StandingState) -> str:
    unit = "" if state.gpu_slot is None else f" on GPU {state.gpu_slot}"
    where = f" ({state.where})" if state.where else ""
    gone = "" if state.is_read else ", and is not read any more"
    return f"{state.name} still stands{unit}{where}{gone}"


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
