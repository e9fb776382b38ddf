"""The failure classes as chapters: number, title and one line of what each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from thirdshift_runbooks.page import FailureClass


@dataclass(frozen=True, slots=True)
class Chapter:
    """One failure class, as it is written of."""

    failure_class: FailureClass
    number: int | None
    """Counted from 1; None for what is no class of its own."""
    title: str
    text: str

    @property
    def heading(self) -> str:
        """`7. Off the bus`."""
        return self.title if self.number is None else f"{self.number}. {self.title}"


_WORDS: Mapping[FailureClass, tuple[str, str]] = {
    FailureClass.APPLICATION: (
        "Faults of the program",
        "The program did it, in nearly every case; the card is suspect where it repeats.",
    ),
    FailureClass.DOUBLE_BIT: (
        "Uncorrectable memory errors",
        "A GPU's memory was wrong in more bits than ECC mends.",
    ),
    FailureClass.ROW_REMAP: (
        "Row remaps",
        "A bad row of memory is exchanged for a spare one at the next reset, or could not be.",
    ),
    FailureClass.CONTAINMENT: (
        "Contained and uncontained errors",
        "Poisoned data was kept to one program, or may have reached the others.",
    ),
    FailureClass.SRAM: (
        "On-chip memory",
        "SRAM has no spare rows: what fails again and again is exchanged.",
    ),
    FailureClass.NVLINK: (
        "NVLink and its switches",
        "A link between GPUs failed, or the NVSwitch at its end.",
    ),
    FailureClass.OFF_BUS: (
        "Off the bus",
        "A GPU does not answer on PCI Express any more, or never came up.",
    ),
    FailureClass.FIRMWARE: (
        "Firmware and driver",
        "The GPU's own processors halt, or the driver waits for them in vain.",
    ),
    FailureClass.RECOVERY_ACTION: (
        "Recovery actions",
        "The GPU says by itself what it needs to be well.",
    ),
    FailureClass.PCIE: (
        "PCI Express",
        "The link is narrow, slow or full of errors.",
    ),
    FailureClass.THERMAL: (
        "Heat",
        "The GPU slows itself down, or the air that comes in is too warm.",
    ),
    FailureClass.POWER: (
        "Power",
        "A supply, its redundancy or its feed is gone, or power is held back.",
    ),
    FailureClass.FAN: ("Fans", "A fan stands still, or the last spare one does."),
    FailureClass.FABRIC_LINK: (
        "Fabric links",
        "A port of InfiniBand or RoCE: its cable, its optic, the switch at its other end.",
    ),
    FailureClass.NIC: ("Network adapters", "The adapter itself is failing."),
    FailureClass.NVME: ("Drives", "A drive or the filesystem on it is failing."),
    FailureClass.HOST_MEMORY: (
        "Host memory and processors",
        "The node's own memory or processors report errors.",
    ),
    FailureClass.NODE_UNREACHABLE: (
        "Node unreachable",
        "The node is silent, hangs, or the scheduler has given it up.",
    ),
    FailureClass.BMC_UNREACHABLE: (
        "BMC unreachable",
        "The management controller is silent; the node may be busy and well.",
    ),
    FailureClass.SOFTWARE_MISMATCH: (
        "Software that does not fit",
        "Driver, library, fabric manager or firmware are not of one release, or one does not run.",
    ),
    FailureClass.SILENT_CORRUPTION: (
        "Silent corruption",
        "Results are wrong, or are suspected to be, and nothing reports an error.",
    ),
    FailureClass.STRAGGLER: (
        "Stragglers",
        "A node works, but slower than its peers.",
    ),
    FailureClass.LEMON: (
        "Lemons",
        "A node or a card that comes back from repair again and again.",
    ),
    FailureClass.BURST: (
        "Bursts",
        "Many nodes at once: one cause is likelier than many, and acting on each does harm.",
    ),
    FailureClass.REPLACEMENT: (
        "Replacements",
        "A card was exchanged: who it is and what it runs is checked before it works.",
    ),
    FailureClass.RETURN_TO_SERVICE: (
        "Return to service",
        "A node that had proved itself well failed again.",
    ),
    FailureClass.LIQUID: (
        "Liquid cooling",
        "A leak, or a cooling unit's alarm. People first.",
    ),
    FailureClass.BREAKER: (
        "The budget's breaker",
        "So much was disturbed that the controller does no more for a while; it goes on by itself.",
    ),
    FailureClass.UNKNOWN: (
        "Everything else",
        "What fits no class. A signal without a page is shown and counted, and nobody acts on it.",
    ),
}

CHAPTERS: Mapping[FailureClass, Chapter] = {
    one: Chapter(one, None if one is FailureClass.UNKNOWN else number, *_WORDS[one])
    for number, one in enumerate(FailureClass, start=1)
}
"""In the order of `FailureClass`."""
