"""What is tried from afar, what is waited for, and when hands are sent instead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.pages import REPAIR, WORSE
from fakes.site import node
from thirdshift_agent.wire import RecoveryAction
from thirdshift_controller.config import Mode
from thirdshift_controller.intake.schedule import NodeStanding, Standing
from thirdshift_controller.remedies.plan import Case, Rules, SendHands, Step, TryRung, Wait, plan
from thirdshift_controller.remedies.rungs import ENDS_WORK, asked_for
from thirdshift_controller.remedies.tally import Tallies, Tally
from thirdshift_controller.wire import AttemptOutcome
from thirdshift_runbooks.page import RemoteAction

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
DRAIN, GPU_RESET, REBOOT = RemoteAction.DRAIN, RemoteAction.GPU_RESET, RemoteAction.REBOOT
POWER_CYCLE = RemoteAction.POWER_CYCLE
LADDER = replace(REPAIR, ladder=(DRAIN, GPU_RESET, REBOOT, POWER_CYCLE))
WITH_SCHEDULER = Rules(Mode.ACT, 1, True, False, timedelta(hours=4))
WITHOUT = replace(WITH_SCHEDULER, has_scheduler=False)
IDLE = NodeStanding(Standing.DRAINED, "thirdshift INC-1", ())
BUSY = NodeStanding(Standing.DRAINING, "thirdshift INC-1", ("12", "13"))
SERVING = NodeStanding(Standing.IN_SERVICE, None, ())
CASE = Case(LADDER, node(), "00000000:3b:00.0", None, IDLE, False, NOON, ())
EVERYWHERE = replace(CASE.node, bmc="ipmi://10.0.2.1")


@dataclass
class Made:
    action: str
    outcome: AttemptOutcome = AttemptOutcome.SUCCEEDED
    finished_at: datetime | None = NOON


def step(
    case: Case, rules: Rules = WITH_SCHEDULER, tallies: Tallies | None = None, hours: float = 0
) -> Step:
    return plan(case, rules, tallies or {}, NOON + timedelta(hours=hours))


def test_a_node_in_service_is_drained_before_anything_ends_its_work() -> None:
    assert step(replace(CASE, standing=SERVING)) == TryRung(DRAIN)


def test_a_rung_that_ends_work_waits_for_the_jobs_by_name() -> None:
    case = replace(CASE, standing=BUSY, tried=(Made("drain"),))
    assert step(case, hours=3.9) == Wait("jobs to end: 12, 13", drains=True)


def test_jobs_that_do_not_end_are_a_persons_decision() -> None:
    case = replace(CASE, standing=BUSY, tried=(Made("drain"),))
    found = step(case, hours=4)
    assert isinstance(found, SendHands)
    assert "jobs still run: 12, 13" in found.reason
    assert step(replace(case, jobs_may_die=True), hours=4) == TryRung(GPU_RESET)


def test_nothing_ends_work_while_the_scheduler_has_not_spoken() -> None:
    case = replace(CASE, standing=None, tried=(Made("drain"),))
    assert step(case, hours=3.9) == Wait("the scheduler to say whether jobs run there")
    assert step(case, hours=4) == SendHands("the scheduler has not answered for 4 h")


def test_a_drain_that_failed_is_a_persons() -> None:
    case = replace(CASE, standing=SERVING, tried=(Made("drain", AttemptOutcome.FAILED),))
    assert step(case) == SendHands("it could not be drained; a person must")


@pytest.mark.parametrize("standing", [Standing.DRAINED, Standing.DOWN, Standing.ABSENT])
def test_a_node_that_is_out_and_idle_needs_no_drain(standing: Standing) -> None:
    case = replace(CASE, standing=NodeStanding(standing, "bo: new cable", ()))
    assert step(case) == TryRung(GPU_RESET)


def test_rungs_are_tried_in_order_as_often_as_allowed() -> None:
    case, twice = replace(CASE, node=EVERYWHERE), replace(WITH_SCHEDULER, attempts_per_rung=2)
    made: tuple[Made, ...] = ()
    for action in (GPU_RESET, GPU_RESET, REBOOT, REBOOT, POWER_CYCLE, POWER_CYCLE):
        assert step(replace(case, tried=made), twice) == TryRung(action)
        made = (*made, Made(action.value))
    assert step(replace(case, tried=made), twice) == SendHands("every remote rung has been tried")


@pytest.mark.parametrize(
    ("wish", "action"),
    [
        (RecoveryAction.NODE_REBOOT, REBOOT),
        (RecoveryAction.SYSTEM_REBOOT, REBOOT),
        (RecoveryAction.GPU_RESET, GPU_RESET),
        (RecoveryAction.DRAIN_P2P, RemoteAction.FABRIC_RESET),
        (RecoveryAction.NONE, GPU_RESET),
        (RecoveryAction.RECOVER_IMEX_DOMAIN, GPU_RESET),
        (None, GPU_RESET),
    ],
)
def test_what_the_device_asks_for_comes_first(
    wish: RecoveryAction | None, action: RemoteAction
) -> None:
    assert step(replace(CASE, asked=asked_for(wish))) == TryRung(action)


def test_what_the_device_asks_for_is_tried_where_the_page_does_not_name_it() -> None:
    page = replace(REPAIR, ladder=(DRAIN, GPU_RESET))
    assert step(replace(CASE, page=page, asked=REBOOT)) == TryRung(REBOOT)
    told = replace(page, ladder=(RemoteAction.SERVICE_RESTART,), services=("x",))
    assert step(replace(CASE, page=told, asked=REBOOT)) == TryRung(RemoteAction.SERVICE_RESTART)


def test_a_rung_that_never_helped_is_passed_over_and_that_is_told() -> None:
    bad = {(LADDER.id, GPU_RESET.value): Tally(held=0, tried=12)}
    found = step(CASE, tallies=bad)
    assert found == TryRung(REBOOT, ("gpu_reset hardly ever helps here (held 0 of 12)",))
    assert step(replace(CASE, asked=GPU_RESET), tallies=bad) == TryRung(GPU_RESET)
    few = {(LADDER.id, GPU_RESET.value): Tally(held=0, tried=7)}
    assert step(CASE, tallies=few) == TryRung(GPU_RESET)


def test_without_a_scheduler_only_what_the_driver_refuses_in_use_is_tried() -> None:
    case = replace(CASE, node=EVERYWHERE, standing=None)
    assert step(case, WITHOUT) == TryRung(GPU_RESET)
    found = step(replace(case, tried=(Made("gpu_reset"),)), WITHOUT)
    assert isinstance(found, SendHands)
    assert "nobody can say whether jobs run on gpu-1, and reboot would end them" in found.reason
    told = replace(WITHOUT, jobs_may_die=True)
    assert step(replace(case, tried=(Made("gpu_reset"),)), told) == TryRung(REBOOT)


@pytest.mark.parametrize(
    ("case", "mode", "reason"),
    [
        (replace(CASE, page=WORSE), Mode.ACT, "no remote remedy"),
        (CASE, Mode.OFF, "switched off"),
        (replace(CASE, node=node(ssh=None)), Mode.ACT, "no SSH address"),
        (replace(CASE, pci_address=None, page=REPAIR), Mode.ACT, "PCI address is not known"),
        (replace(CASE, page=replace(REPAIR, ladder=(POWER_CYCLE,))), Mode.ACT, "has no BMC"),
    ],
)
def test_hands_are_sent_with_the_reason(case: Case, mode: Mode, reason: str) -> None:
    found = step(case, replace(WITH_SCHEDULER, mode=mode))
    assert isinstance(found, SendHands)
    assert reason in found.reason


@given(
    st.sampled_from(Standing),
    st.lists(st.sampled_from(["7", "8"]), unique=True),
    st.lists(st.sampled_from([action.value for action in LADDER.ladder])),
    st.sampled_from([None, *ENDS_WORK]),
    st.floats(0, 100),
)
def test_no_rung_ends_the_work_of_a_node_that_is_in_service_or_busy(
    standing: Standing, jobs: list[str], made: list[str], asked: RemoteAction | None, hours: float
) -> None:
    case = replace(
        CASE,
        node=EVERYWHERE,
        standing=NodeStanding(standing, None, tuple(jobs)),
        asked=asked,
        tried=tuple(map(Made, made)),
    )
    found = step(case, hours=hours)
    if isinstance(found, TryRung) and found.action in ENDS_WORK:
        assert standing is not Standing.IN_SERVICE
        assert not jobs
