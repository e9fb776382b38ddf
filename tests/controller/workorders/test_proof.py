"""A repair is proved by the unit's own readings."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fakes.site import node
from thirdshift_agent.wire import (
    GpuPresence,
    GpuReading,
    RecoveryAction,
    Released,
    SignalKind,
    Snapshot,
    StandingState,
)
from thirdshift_controller.adapters.scripted import ScriptedAgent
from thirdshift_controller.workorders.proof import Repair, Verdict, judge
from thirdshift_runbooks.page import Proof

DONE = datetime(2026, 11, 2, 12, tzinfo=UTC)
PROOF = Proof(soak_minutes=30, remap_clear=True, pcie_full_width=True)
SOAKED = DONE + timedelta(minutes=31)
REPAIR = Repair(proof=PROOF, since=DONE, slot=3, names=frozenset({"nvlink:down", "gpu:missing"}))
AGAIN = replace(REPAIR, recurred=("xid:64",))
WHOLE_NODE = replace(REPAIR, slot=None)
LINK_DOWN = StandingState(SignalKind.NVLINK, "down", 3, "4, 7")


def snapshot(at: datetime = SOAKED, changes: dict[str, object] | None = None) -> Snapshot:
    whole = ScriptedAgent(node()).report(0, at).snapshot
    gpus = [_changed(gpu, changes or {}) if gpu.identity.slot == 3 else gpu for gpu in whole.gpus]
    return replace(whole, gpus=tuple(gpus))


def _changed(gpu: GpuReading, changes: dict[str, object]) -> GpuReading:
    return replace(gpu, **changes)  # type: ignore[arg-type]


def test_a_well_gpu_passes_at_the_end_of_its_soak() -> None:
    assert judge(REPAIR, SOAKED, snapshot()).verdict is Verdict.PASSED


def test_nothing_is_decided_during_the_soak() -> None:
    early = DONE + timedelta(minutes=29)
    assert judge(REPAIR, early, snapshot(early)).verdict is Verdict.PENDING


def test_the_same_fault_again_fails_at_once() -> None:
    judgement = judge(AGAIN, DONE + timedelta(minutes=1), None)
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
    judgement = judge(REPAIR, SOAKED, snapshot(changes=changes))
    assert judgement.verdict is Verdict.FAILED
    assert reason in judgement.reason


def test_a_reading_from_before_the_end_of_the_soak_proves_nothing() -> None:
    stale = snapshot(DONE + timedelta(minutes=10))
    assert judge(REPAIR, SOAKED, stale).verdict is Verdict.PENDING
    much_later = DONE + timedelta(minutes=92)
    assert judge(REPAIR, much_later, stale).verdict is Verdict.FAILED


def test_what_a_released_node_says_proves_nothing() -> None:
    released = replace(snapshot(), released=Released("swap GPU 5", SOAKED + timedelta(hours=9)))
    for now in (SOAKED, SOAKED + timedelta(hours=8)):
        assert judge(REPAIR, now, released).verdict is Verdict.PENDING
    over = SOAKED + timedelta(hours=9)
    assert judge(REPAIR, over, released).verdict is Verdict.FAILED
    assert judge(REPAIR, over, snapshot(over)).verdict is Verdict.PASSED
    assert judge(AGAIN, SOAKED, released).verdict is Verdict.FAILED


def test_a_gpu_that_the_node_no_longer_reports_fails() -> None:
    whole = snapshot()
    without = replace(whole, gpus=tuple(g for g in whole.gpus if g.identity.slot != 3))
    judgement = judge(REPAIR, SOAKED, without)
    assert judgement.verdict is Verdict.FAILED
    assert "GPU 3 is not in the node's report" in judgement.reason


def test_another_gpus_trouble_is_not_this_repairs_failure() -> None:
    lost = snapshot(changes={"presence": GpuPresence.LOST})
    assert judge(replace(REPAIR, slot=2), SOAKED, lost).verdict is Verdict.PASSED


def test_a_whole_node_is_well_when_all_its_gpus_are() -> None:
    lost = snapshot(changes={"presence": GpuPresence.LOST})
    assert judge(WHOLE_NODE, SOAKED, lost).verdict is Verdict.FAILED
    assert judge(WHOLE_NODE, SOAKED, snapshot()).verdict is Verdict.PASSED


def standing(*states: StandingState, at: datetime = SOAKED) -> Snapshot:
    return replace(snapshot(at), standing=states)


@pytest.mark.parametrize(
    ("repair", "state", "reason"),
    [
        (REPAIR, LINK_DOWN, "nvlink:down still stands on GPU 3 (4, 7)"),
        (WHOLE_NODE, LINK_DOWN, "nvlink:down still stands on GPU 3 (4, 7)"),
        (WHOLE_NODE, StandingState(SignalKind.GPU, "missing"), "gpu:missing still stands"),
        (
            REPAIR,
            replace(LINK_DOWN, is_read=False),
            "nvlink:down still stands on GPU 3 (4, 7), and is not read any more",
        ),
    ],
)
def test_what_was_to_be_mended_and_still_stands_fails(
    repair: Repair, state: StandingState, reason: str
) -> None:
    judgement = judge(repair, SOAKED, standing(state))
    assert (judgement.verdict, judgement.reason) == (Verdict.FAILED, reason)


@pytest.mark.parametrize(
    "state",
    [
        replace(LINK_DOWN, gpu_slot=2),
        replace(LINK_DOWN, code="noise"),
        StandingState(SignalKind.GPU, "missing"),
    ],
)
def test_what_stands_elsewhere_or_is_another_matter_is_not_this_repairs_failure(
    state: StandingState,
) -> None:
    assert judge(REPAIR, SOAKED, standing(state)).verdict is Verdict.PASSED


def test_what_stood_before_the_end_of_the_soak_fails_nothing() -> None:
    early = standing(LINK_DOWN, at=DONE + timedelta(minutes=10))
    assert judge(REPAIR, SOAKED, early).verdict is Verdict.PENDING


def test_a_thing_that_is_not_read_any_more_is_well_only_where_hands_were_at_it() -> None:
    by_hands = replace(REPAIR, by_hands=True)
    gone = standing(replace(LINK_DOWN, is_read=False))
    assert judge(by_hands, SOAKED, gone).verdict is Verdict.PASSED
    assert judge(REPAIR, SOAKED, gone).verdict is Verdict.FAILED
    assert judge(by_hands, SOAKED, standing(LINK_DOWN)).verdict is Verdict.FAILED


def test_an_agent_that_does_not_say_what_stands_is_judged_by_its_readings() -> None:
    silent = replace(snapshot(), standing=None)
    assert judge(REPAIR, SOAKED, silent).verdict is Verdict.PASSED
