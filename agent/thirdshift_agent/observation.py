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


def xid_event(code: str, card: GpuIdentity, at: datetime) -> Observation:
    """An XID as the driver delivers it: a number and a card, no words."""
    return Observation(
        at=at,
        kind=SignalKind.XID,
        code=code,
        source=SignalSource.NVML_EVENT,
        message=f"XID {code} on {card.pci_address}",
        pci_address=card.pci_address,
        gpu_uuid=card.uuid,
    )
