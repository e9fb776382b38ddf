"""Orders to a scheduler, as the ladder gives them."""

from __future__ import annotations

from fakes.site import node
from thirdshift_controller.remedies.port import RemedyOrder, Return
from thirdshift_runbooks.page import RemoteAction

WHY = "gpu-fell-off-bus: GPU 3"


def drain(name: str, incident: int = 12, reason: str = WHY) -> RemedyOrder:
    return _order(name, RemoteAction.DRAIN, incident, reason)


def resume(name: str, incident: int = 12) -> RemedyOrder:
    return _order(name, Return.RESUME, incident, "")


def _order(name: str, action: RemoteAction | Return, incident: int, reason: str) -> RemedyOrder:
    return RemedyOrder(
        node=node(name),
        action=action,
        pci_address=None,
        gpu_slot=None,
        key=f"INC-{incident}/1",
        reason=reason,
    )
