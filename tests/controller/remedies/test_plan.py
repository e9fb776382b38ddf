"""What is tried from afar, and when hands are sent instead."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from fakes.pages import REPAIR, WORSE
from fakes.site import node
from thirdshift_controller.config import Mode
from thirdshift_controller.remedies.plan import SendHands, TryRung, plan
from thirdshift_runbooks.page import RemoteAction

PCI = "00000000:3b:00.0"


@dataclass
class Made:
    action: str = "gpu_reset"


def test_the_first_rung_is_tried_first() -> None:
    step = plan(REPAIR, node(), PCI, [], Mode.ACT, attempts_per_rung=1)
    assert step == TryRung(RemoteAction.GPU_RESET)


def test_a_rung_is_tried_as_often_as_allowed_and_no_more() -> None:
    assert plan(REPAIR, node(), PCI, [Made()], Mode.ACT, 2) == TryRung(RemoteAction.GPU_RESET)
    assert isinstance(plan(REPAIR, node(), PCI, [Made(), Made()], Mode.ACT, 2), SendHands)


@pytest.mark.parametrize(
    ("page", "ssh", "pci", "mode", "reason"),
    [
        (WORSE, "h", PCI, Mode.ACT, "no remote remedy"),
        (REPAIR, None, PCI, Mode.ACT, "no SSH address"),
        (REPAIR, "h", None, Mode.ACT, "PCI address is not known"),
        (REPAIR, "h", PCI, Mode.OFF, "switched off"),
    ],
)
def test_hands_are_sent_with_the_reason(
    page: object, ssh: str | None, pci: str | None, mode: Mode, reason: str
) -> None:
    step = plan(page, node(ssh=ssh), pci, [], mode, 1)  # type: ignore[arg-type]
    assert isinstance(step, SendHands)
    assert reason in step.reason
