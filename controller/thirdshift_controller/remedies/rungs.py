"""What each rung does to a node and needs of it. A table; no decision."""

from __future__ import annotations

from thirdshift_agent.wire import RecoveryAction
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.remedies.port import Return
from thirdshift_runbooks.page import RemoteAction

ENDS_WORK = frozenset(
    {
        RemoteAction.GPU_RESET,
        RemoteAction.FABRIC_RESET,
        RemoteAction.DRIVER_RELOAD,
        RemoteAction.REBOOT,
        RemoteAction.POWER_CYCLE,
    }
)
"""No job that uses the node's GPUs lives through it."""

REFUSED_IN_USE = frozenset({RemoteAction.GPU_RESET, RemoteAction.FABRIC_RESET})
"""The driver itself refuses it while a process holds the GPU."""

STARTS_ANEW = frozenset({RemoteAction.REBOOT, RemoteAction.POWER_CYCLE})
"""The node is silent for as long as it takes to start."""

DISTURBS = frozenset(RemoteAction) - {RemoteAction.BMC_RESET}
"""What counts against the budget: the node's work ends, or it gets none."""

OVER_SSH: frozenset[RemoteAction | Return] = frozenset(
    {
        RemoteAction.SERVICE_RESTART,
        RemoteAction.GPU_RESET,
        RemoteAction.FABRIC_RESET,
        RemoteAction.DRIVER_RELOAD,
        RemoteAction.REBOOT,
    }
)
BY_BMC: frozenset[RemoteAction | Return] = frozenset(
    {RemoteAction.BMC_RESET, RemoteAction.POWER_CYCLE}
)
BY_SCHEDULER: frozenset[RemoteAction | Return] = frozenset({RemoteAction.DRAIN, Return.RESUME})

_ASKED = {
    RecoveryAction.GPU_RESET: RemoteAction.GPU_RESET,
    RecoveryAction.DRAIN_AND_RESET: RemoteAction.GPU_RESET,
    RecoveryAction.DRAIN_P2P: RemoteAction.FABRIC_RESET,
    RecoveryAction.BUS_RESET: RemoteAction.REBOOT,
    RecoveryAction.NODE_REBOOT: RemoteAction.REBOOT,
    RecoveryAction.SYSTEM_REBOOT: RemoteAction.REBOOT,
}
"""NVML's words, of driver 570 and later; an IMEX domain is wider than a node, so a person's."""


def asked_for(wish: RecoveryAction | None) -> RemoteAction | None:
    """The rung that the device itself asks for."""
    return None if wish is None else _ASKED.get(wish)


def out_of_reach(action: RemoteAction, node: Node, pci_address: str | None) -> str | None:
    """Why an action cannot get to the node; `None` where it can."""
    if action in OVER_SSH and node.ssh is None:
        return f"{node.name} has no SSH address in the site file"
    if action in BY_BMC and node.bmc is None:
        return f"{node.name} has no BMC in the site file"
    if action is RemoteAction.GPU_RESET and pci_address is None:
        return "the GPU's PCI address is not known"
    return None
