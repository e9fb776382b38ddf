"""Something seen, before the journal gives it a number and makes it a `wire.Signal`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from thirdshift_agent.wire import GpuIdentity, SignalKind, SignalSource

RULE = "rule"
"""Fact: what raised the sighting, such as `kernel:xid`."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One sighting. Who the GPU is comes later: the kernel's log knows only a PCI address."""

    at: datetime
    kind: SignalKind
    code: str
    source: SignalSource
    message: str
    pci_address: str | None = None
    gpu_uuid: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


Observe = Callable[[Observation], None]
"""Where sightings go. Safe to call from any thread; returns when the sighting is on disk."""

ObserveAll = Callable[[Sequence[Observation]], None]
"""The same for many at once: one write for all of them."""


XID_EVENT = 0x8
_EVENTS = {
    0x200: "corrected_storm",
    0x400: "dram_retirement",
    0x800: "dram_retirement_failure",
    0x1000: "poison_nonfatal",
    0x2000: "poison_fatal",
    0x4000: "unavailable",
    0x8000: "recovery_action",
}
"""NVML's types of events. One that is not here is carried by its number."""


def driver_event(kind: int, data: int, card: GpuIdentity, at: datetime) -> Observation:
    """What the driver announces of a card: a number, no words. An XID's is its code."""
    is_xid = kind == XID_EVENT
    code = str(data) if is_xid else _EVENTS.get(kind, f"0x{kind:x}")
    told = f"XID {code} on {card.pci_address}"
    return Observation(
        at=at,
        kind=SignalKind.XID if is_xid else SignalKind.GPU_EVENT,
        code=code,
        source=SignalSource.NVML_EVENT,
        message=told if is_xid else f"NVML event {code} on {card.pci_address}, data {data}",
        pci_address=card.pci_address,
        gpu_uuid=card.uuid,
        facts={RULE: "nvml-event"},
    )
