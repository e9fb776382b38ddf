"""What can break on a card and how it shows itself. A table: a new fault is a row.

Rates are per cent of GPUs a year. Memory faults share the 3 per cent a year that are published for
them in the proportions that an H100 cluster saw (Delta: 17 double-bit errors, 16 remap events,
8 failures, 13 contained, 19 uncontained), with 0.5 for on-chip memory; GSP 1.25, off the bus 0.5,
NVLink 0.5 and driver hangs 0.3 as published. A workload's own faults come far more often in the
field; here they are held near the hardware's so that a short look shows both.
"""

from __future__ import annotations

from dataclasses import dataclass

from thirdshift_agent.wire import RecoveryAction

OFF_BUS, REMAP_PENDING, REMAP_FAILED, HUNG = "xid:79", "xid:63", "xid:64", "gpu:hung"

_REMAPS = {REMAP_PENDING: "remap:pending", REMAP_FAILED: "remap:failed"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to break. A fault that does not last leaves the GPU as it was."""

    rate: float
    text: str = ""
    """What the kernel's log says after the code; nothing where the driver itself is stuck."""
    of_process: bool = False
    """The driver blames a process by pid and name."""
    as_event: bool = True
    """NVML delivers it too."""
    lasts: bool = True
    stops_work: bool = True
    asks_for: RecoveryAction = RecoveryAction.NONE
    uncorrected_errors: int = 0


FAULTS: dict[str, Fault] = {
    "xid:13": Fault(
        rate=1.0,
        text="Graphics SM Warp Exception on (GPC 2, TPC 0, SM 1): Out Of Range Address",
        of_process=True,
        lasts=False,
    ),
    "xid:31": Fault(
        rate=1.0,
        text="Ch 00000008, intr 00000000. MMU Fault: ENGINE GRAPHICS GPCCLIENT_T1_0 faulted"
        " @ 0x7f2a_3e000000. Fault is of type FAULT_PDE ACCESS_TYPE_VIRT_READ",
        of_process=True,
        lasts=False,
    ),
    "xid:48": Fault(
        rate=1.2,
        text="An uncorrectable double bit error (DBE) has been detected on GPU"
        " in the framebuffer at partition 6, subpartition 0.",
        asks_for=RecoveryAction.GPU_RESET,
        uncorrected_errors=1,
    ),
    REMAP_PENDING: Fault(
        rate=0.66,
        text="Row Remapper: New row marked for remapping, reset gpu to activate.",
        stops_work=False,
        uncorrected_errors=1,
    ),
    REMAP_FAILED: Fault(
        rate=0.33,
        text="Row Remapper: Failed to remap row",
        asks_for=RecoveryAction.GPU_RESET,
        uncorrected_errors=1,
    ),
    "xid:74": Fault(
        rate=0.5,
        text="NVLink: fatal error detected on link 4(0x10000, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0)",
        asks_for=RecoveryAction.GPU_RESET,
    ),
    OFF_BUS: Fault(
        rate=0.5,
        text="GPU has fallen off the bus.",
        as_event=False,
        asks_for=RecoveryAction.NODE_REBOOT,
    ),
    "xid:94": Fault(
        rate=0.53,
        text="Contained: SM (0x1). RST: No, D-RST: No",
        of_process=True,
        lasts=False,
        uncorrected_errors=1,
    ),
    "xid:95": Fault(
        rate=0.78,
        text="Uncontained: LTC TAG (0x2,0x0). RST: Yes, D-RST: No",
        asks_for=RecoveryAction.GPU_RESET,
        uncorrected_errors=1,
    ),
    "xid:119": Fault(
        rate=1.25,
        text="Timeout after 6s of waiting for RPC response from GPU0 GSP!"
        " Expected function 76 (GSP_RM_CONTROL) (0x20800a4c 0x4).",
        of_process=True,
        as_event=False,
        asks_for=RecoveryAction.GPU_RESET,
    ),
    HUNG: Fault(rate=0.3),
}


def signals_of(name: str) -> frozenset[str]:
    """The signals that a fault of this table leads to, with all its consequences."""
    fault, signals = FAULTS[name], {name}
    if fault.text and fault.asks_for is not RecoveryAction.NONE:
        signals.add("xid:154")
    if name == OFF_BUS:
        return frozenset(signals | {"gpu:off_bus", "gpu:lost"})
    if fault.asks_for is not RecoveryAction.NONE:
        signals.add("gpu:recovery_action")
    if fault.uncorrected_errors:
        signals.add("ecc:uncorrected_dram")
    if name in _REMAPS:
        signals.add(_REMAPS[name])
    return frozenset(signals)
