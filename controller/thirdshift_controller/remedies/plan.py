"""What to try next from afar, or why to send hands. Pure decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from thirdshift_controller.config import Mode
from thirdshift_controller.fleet.inventory import Node
from thirdshift_runbooks.page import Page, RemoteAction


class Tried(Protocol):
    """What planning needs to know of an attempt that was made."""

    action: str


@dataclass(frozen=True, slots=True)
class TryRung:
    """Make this attempt."""

    action: RemoteAction


@dataclass(frozen=True, slots=True)
class SendHands:
    """No remote rung is left; the sentence says why."""

    reason: str


def plan(
    page: Page,
    node: Node,
    pci_address: str | None,
    tried: Sequence[Tried],
    mode: Mode,
    attempts_per_rung: int,
) -> TryRung | SendHands:
    """Choose the first rung of the page's ladder that has attempts left."""
    if not page.ladder:
        return SendHands("the runbook knows no remote remedy")
    if mode is Mode.OFF:
        return SendHands("remote remedies are switched off")
    if node.ssh is None:
        return SendHands(f"{node.name} has no SSH address in the site file")
    if pci_address is None:
        return SendHands("the GPU's PCI address is not known")
    made = [attempt.action for attempt in tried]
    for action in page.ladder:
        if made.count(action.value) < attempts_per_rung:
            return TryRung(action)
    return SendHands("every remote rung has been tried")
