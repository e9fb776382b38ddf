"""What one line of the kernel's log can say, and what every table of line shapes is made of.

Patterns hold from the first character on: a device can put a text of its choice into the middle of
a kernel line (a USB product name, a process name), never at its beginning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from thirdshift_agent.observation import RULE, Observation
from thirdshift_agent.wire import SignalKind, SignalSource

MESSAGE_LENGTH = 1000
"""Longest evidence kept of one line, in characters."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """The driver names a card: its address and uuid, or the serial of the card named before."""

    pci_address: str | None = None
    uuid: str | None = None
    serial: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One of several lines on one happening: a report, its details, their details.

    Later lines have later steps. A line without `seen` only adds facts to a happening.
    """

    family: str
    step: int
    text: str
    names: frozenset[str] = frozenset()
    """What the lines of one happening have in common; empty joins any of the family."""
    seen: Observation | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    repeats: bool = False
    """Whether several lines of this step may follow one another."""
    gathers: str = ""
    """The fact that every such line adds a value to."""


Told = Observation | Introduction | Part | None

Read = Callable[[re.Match[str], datetime], Told]
Shapes = tuple[tuple[re.Pattern[str], Read], ...]
"""A table: what a line looks like, and what makes a value of it."""

PCI = (
    r"(?:PCI:)?(?P<domain>[0-9a-fA-F]{4,8}):(?P<bus>[0-9a-fA-F]{2}):(?P<device>[0-9a-fA-F]{2})"
    r"(?:\.(?P<function>[0-7]))?"
)


def address(shape: re.Match[str]) -> str:
    """Bring the address that `PCI` matched to the one form, `00000000:3b:00.0`."""
    bus, device, function = shape["bus"].lower(), shape["device"].lower(), shape["function"] or "0"
    return f"{int(shape['domain'], 16):08x}:{bus}:{device}.{function}"


def facts_of(shape: re.Match[str], *names: str) -> dict[str, str]:
    """Return the named groups that matched something."""
    return {name: shape[name].strip() for name in names if shape[name] and shape[name].strip()}


def seen(
    shape: re.Match[str],
    at: datetime,
    name: tuple[SignalKind, str],
    rule: str,
    facts: Mapping[str, str],
    pci_address: str | None = None,
) -> Observation:
    """The line as a sighting; `rule` is told without `kernel:`."""
    kind, code = name
    return Observation(
        at=at,
        kind=kind,
        code=code,
        source=SignalSource.KERNEL_LOG,
        message=shape.string,
        pci_address=pci_address,
        facts={RULE: f"kernel:{rule}", **facts},
    )


def printable(text: str) -> str:
    """Return the text on one line, control characters escaped, no longer than evidence may be."""
    shown = text[: MESSAGE_LENGTH + 1].strip()
    if not shown.isprintable():
        shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in shown)
    return shown if len(shown) <= MESSAGE_LENGTH else shown[: MESSAGE_LENGTH - 1] + "…"
