"""What a remote remedy heals, by fault. A table: what is not in it asks for hands.

The shares are of all cases, so a harder remedy heals at least what a gentler one does. Only their
outlines are published, and the numbers are our estimates within them: a reset often does not bring
a GPU system processor back and a reboot does (Delta, SC'25); no reset reaches a GPU that is off
the bus, and most such errors fell to a reseat, which is hands (Imbue, 2024); 36 per cent of
incidents end within eight hours (StepFun's trace, 2025).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Remedy(StrEnum):
    """What can be done to a node from afar, gentlest first."""

    SERVICE_RESTART = "service_restart"
    BMC_RESET = "bmc_reset"
    GPU_RESET = "gpu_reset"
    FABRIC_RESET = "fabric_reset"
    DRIVER_RELOAD = "driver_reload"
    REBOOT = "reboot"
    POWER_CYCLE = "power_cycle"


_SERVICE, _BMC, _RESET, _FABRIC, _RELOAD, _REBOOT, _CYCLE = Remedy

HEALS: Mapping[str, Mapping[Remedy, float]] = {
    "xid:48": {_RESET: 0.7, _REBOOT: 0.8},
    "xid:63": {_RESET: 1.0},
    "xid:74": {_RESET: 0.5, _FABRIC: 0.6, _REBOOT: 0.65, _CYCLE: 0.7},
    "xid:79": {_REBOOT: 0.3, _CYCLE: 0.4},
    "xid:95": {_RESET: 0.6, _REBOOT: 0.75},
    "xid:119": {_RESET: 0.4, _REBOOT: 0.9, _CYCLE: 0.95},
    "gpu:hung": {_REBOOT: 0.9, _CYCLE: 0.95},
    "gpu:lost": {_REBOOT: 0.3, _CYCLE: 0.4},
    "gpu:recovery_action": {_RESET: 0.8, _REBOOT: 0.9},
    "remap:pending": {_RESET: 1.0},
    "remap:page_pending": {_RESET: 1.0},
    "nvlink:down": {_RESET: 0.3, _FABRIC: 0.5, _CYCLE: 0.6},
    "nvlink:slow": {_RESET: 0.3, _FABRIC: 0.5, _CYCLE: 0.6},
    "fabric:not_joined": {_SERVICE: 0.6, _FABRIC: 0.8, _REBOOT: 0.9},
    "fabric:error": {_SERVICE: 0.3, _FABRIC: 0.6, _REBOOT: 0.7},
    "fabric:degraded": {_FABRIC: 0.4, _CYCLE: 0.5},
    "pcie:width": {_REBOOT: 0.2, _CYCLE: 0.3},
    "pcie:generation": {_REBOOT: 0.2, _CYCLE: 0.3},
    "node:silent": {_CYCLE: 0.8},
    "node:driver_mismatch": {_RELOAD: 0.9, _REBOOT: 1.0},
    "kernel:panic": {_CYCLE: 0.9},
    "kernel:hard_lockup": {_CYCLE: 0.9},
    "kernel:soft_lockup": {_REBOOT: 0.9},
    "kernel:hung_task": {_REBOOT: 0.8, _CYCLE: 0.9},
    "kernel:rcu_stall": {_REBOOT: 0.9},
    "kernel:machine_check": {_REBOOT: 0.4},
    "memory:uncorrected": {_REBOOT: 0.5},
    "disk:controller_down": {_REBOOT: 0.1, _CYCLE: 0.3},
    "ib:nic_health": {_REBOOT: 0.4, _CYCLE: 0.6},
    "bmc:silent": {_BMC: 0.8},
}


def heals_ratio(fault: str, remedy: Remedy) -> float:
    """In how many cases of one the remedy ends the fault."""
    row = HEALS.get(fault, {})
    if remedy is Remedy.BMC_RESET:
        return row.get(remedy, 0.0)
    reached = list(Remedy)[: list(Remedy).index(remedy) + 1]
    return max(
        (row.get(gentler, 0.0) for gentler in reached if gentler is not Remedy.BMC_RESET),
        default=0.0,
    )
