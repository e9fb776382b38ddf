"""The lines that the driver would write to the kernel's log, without the log's own prefix."""

from __future__ import annotations

from collections.abc import Iterator

from thirdshift_agent.simulated.faults import FAULTS, OFF_BUS
from thirdshift_agent.wire import GpuIdentity, RecoveryAction

_NOBODY = "pid='<unknown>', name=<unknown>"
_WORDS = {
    RecoveryAction.GPU_RESET: "0x1 (GPU Reset Required)",
    RecoveryAction.NODE_REBOOT: "0x2 (Node Reboot Required)",
}


def introduction(card: GpuIdentity) -> Iterator[str]:
    """Who the card is. The driver says it before the first XID of each card."""
    yield f"NVRM: GPU at PCI:{_short(card)}: {card.uuid}"
    yield f"NVRM: GPU Board Serial Number: {card.serial}"


def lines(card: GpuIdentity, code: str, pid: int) -> Iterator[str]:
    """An XID and what the driver writes with it."""
    fault = FAULTS[f"xid:{code}"]
    whom = f"pid={pid}, name=python3" if fault.of_process else _NOBODY
    yield f"NVRM: Xid (PCI:{_short(card)}): {code}, {whom}, {fault.text}"
    if f"xid:{code}" == OFF_BUS:
        yield f"NVRM: GPU {_short(card)}.0: GPU has fallen off the bus."
    if words := _WORDS.get(fault.asks_for):
        yield (
            f"NVRM: Xid (PCI:{_short(card)}): 154, {_NOBODY}, "
            f"GPU recovery action changed from 0x0 (None) to {words}"
        )


def _short(card: GpuIdentity) -> str:
    return card.pci_address.removeprefix("0000").removesuffix(".0")
