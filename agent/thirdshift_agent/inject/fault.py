"""A fault as it shows itself, whoever shows it, and what an agent must say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from thirdshift_agent.collectors.row import Series
from thirdshift_agent.wire import GpuIdentity


@dataclass(frozen=True, slots=True)
class Event:
    """What NVML delivers: the bit of the event's type, and its number."""

    kind: int
    data: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectedFault:
    """One way to look broken."""

    name: str
    words: str
    signals: frozenset[str]
    """Exactly these, on the faulty GPU or node and nowhere else."""
    readings: Mapping[Series, float] = field(default_factory=dict)
    """What the GPU reads from now on."""
    rises: Mapping[Series, float] = field(default_factory=dict)
    """By how much its counters grow, once."""
    calls: Mapping[str, int] = field(default_factory=dict)
    """Keys of the stand-in library that no field or reading stands for, in NVML's units."""
    events: tuple[Event, ...] = ()
    lines: tuple[str, ...] = ()
    """Of the kernel's log; `{pci}` is `0000:3b:00`, `{address}` has the function too."""
    is_lost: bool = False
    hangs_in: str = ""
    """A driver call that does not return."""
    looks: int = 1
    """How many samples in a row must show it before it is told."""

    def lines_of(self, card: GpuIdentity) -> list[str]:
        """The kernel's lines as the driver writes them of this card."""
        pci = card.pci_address.removeprefix("0000").removesuffix(".0")
        return [line.format(pci=pci, address=f"{pci}.0") for line in self.lines]


def reads(name: str, words: str, readings: Mapping[Series, float], looks: int = 1) -> InjectedFault:
    """Return a fault that is told from what the GPU reads; its name is the signal's."""
    return InjectedFault(
        name=name, words=words, signals=frozenset({name}), readings=readings, looks=looks
    )


def rises(name: str, words: str, by: Mapping[Series, float]) -> InjectedFault:
    """Return a fault that is told from counters that moved; its name is the signal's."""
    return InjectedFault(name=name, words=words, signals=frozenset({name}), rises=by)


def logged(name: str, words: str, *lines: str) -> InjectedFault:
    """Return a fault that only the kernel's log tells; its name is the signal's."""
    return InjectedFault(name=name, words=words, signals=frozenset({name}), lines=lines)
