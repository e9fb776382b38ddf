"""A repair is proved by the unit's own readings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fakes.site import node
from thirdshift_agent.wire import GpuPresence, GpuReading, RecoveryAction, Released, Snapshot
from thirdshift_controller.adapters.scripted import ScriptedAgent
from thirdshift_controller.workorders.proof import Verdict, judge
from thirdshift_runbooks.page import Proof

DONE = datetime(2026, 11, 2, 12, tzinfo=UTC)
PROOF = Proof(soak_minutes=30, remap_clear=True, pcie_full_width=True)
SOAKED = DONE + timedelta(minutes=31)


def snapshot(at: datetime = SOAKED, changes: dict[str, object] | None = None) -> Snapshot:
    whole = ScriptedAgent(node()).report(0, at).snapshot
    gpus = [_changed(gpu, changes or {}) if gpu.identity.slot == 3 else gpu for gpu in whole.gpus]
    return replace(whole, gpus=tuple(gpus))


def _changed(gpu: GpuReading, changes: dict[str, object]) -> GpuReading:
    return replace(gpu, **changes)  # type: ignore[arg-type]


def test_a_well_gpu_passes_at_the_end_of_its_soak() -> None:
    assert judge(PROOF, DONE, SOAKED, snapshot(), 3, []).verdict is Verdict.PASSED


def test_nothing_is_decided_during_the_soak() -> None:
    early = DONE + timedelta(minutes=29)
    assert judge(PROOF, DONE, early, snapshot(early), 3, []).verdict is Verdict.PENDING


def test_the_same_fault_again_fails_at_once() -> None:
    judgement = judge(PROOF, DONE, DONE + timedelta(minutes=1), None, 3, ["xid:64"])
    assert judgement.verdict is Verdict.FAILED
    assert "xid:64 came again" in judgement.reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"presence": GpuPresence.LOST}, "GPU 3 is lost"),
        ({"recovery_action": RecoveryAction.GPU_RESET}, "GPU 3 asks for gpu_reset"),
        ({"remap_pending": True}, "row remap pending"),
        ({"remap_failed": True}, "failed to remap"),
        ({"pcie_width": 8, "pcie_width_max": 16}, "PCIe x8"),
    ],
)
def test_each_unmet_proof_fails_with_its_reason(changes: dict[str, object], reason: str) -> None:
    judgement = judge(PROOF, DONE, SOAKED, snapshot(changes=changes), 3, [])
    assert judgement.verdict is Verdict.FAILED
    assert reason in judgement.reason


def test_a_reading_from_before_the_end_of_the_soak_proves_nothing() -> None:
    stale = snapshot(DONE + timedelta(minutes=10))
    assert judge(PROOF, DONE, SOAKED, stale, 3, []).verdict is Verdict.PENDING
    much_later = DONE + timedelta(minutes=92)
    assert judge(PROOF, DONE, much_later, stale, 3, []).verdict is Verdict.FAILED


def test_what_a_released_node_says_proves_nothing() -> None:
    released = replace(snapshot(), released=Released("swap GPU 5", SOAKED + timedelta(hours=9)))
    for now in (SOAKED, SOAKED + timedelta(hours=8)):
        assert judge(PROOF, DONE, now, released, 3, []).verdict is Verdict.PENDING
    over = SOAKED + timedelta(hours=9)
    assert judge(PROOF, DONE, over, released, 3, []).verdict is Verdict.FAILED
    assert judge(PROOF, DONE, over, snapshot(over), 3, []).verdict is Verdict.PASSED
    assert judge(PROOF, DONE, SOAKED, released, 3, ["xid:64"]).verdict is Verdict.FAILED


def test_a_gpu_that_the_node_no_longer_reports_fails() -> None:
    whole = snapshot()
    without = replace(whole, gpus=tuple(g for g in whole.gpus if g.identity.slot != 3))
    judgement = judge(PROOF, DONE, SOAKED, without, 3, [])
    assert judgement.verdict is Verdict.FAILED
    assert "GPU 3 is not in the node's report" in judgement.reason


def test_another_gpus_trouble_is_not_this_repairs_failure() -> None:
    assert judge(
        PROOF, DONE, SOAKED, snapshot(changes={"presence": GpuPresence.LOST}), 2, []
    ).verdict is (Verdict.PASSED)


def test_a_whole_node_is_well_when_all_its_gpus_are() -> None:
    lost = snapshot(changes={"presence": GpuPresence.LOST})
    assert judge(PROOF, DONE, SOAKED, lost, None, []).verdict is Verdict.FAILED
    assert judge(PROOF, DONE, SOAKED, snapshot(), None, []).verdict is Verdict.PASSED
