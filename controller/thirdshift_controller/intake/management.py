"""What a node's management controller (BMC) says of its shell: supplies, fans, air, leaks, its log.

`adapters/bmc/` implements it, for Redfish and for IPMI.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from thirdshift_controller.fleet.inventory import Node


class BmcUnreachable(Exception):  # noqa: N818 - a state of the world, not a fault of the program
    """The BMC did not answer or refused us; the text says which."""


class BmcKind(StrEnum):
    """The family of a signal that comes from a BMC: with the code it makes `psu:failed`."""

    PSU = "psu"
    FAN = "fan"
    INLET = "inlet"
    LEAK = "leak"
    BMC = "bmc"
    SEL = "sel"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A state that is bad now. It is told once, and again only after it was well."""

    kind: BmcKind
    code: str
    """`failed`, `redundancy_lost`, `input_lost`, `warm`, `hot`, `warning`, `detected`."""
    unit: str
    """The sensor or part, as the BMC names it: `PSU2`, `Fan 4B`, `LeakDetector 1`."""
    message: str


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the BMC's event log that is worth a signal: `sel:bus_fatal` and the like."""

    number: str
    """The log's own number for it; with `at` it is the entry's identity."""
    at: datetime | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class BmcReading:
    """One look at one BMC; `None` is a reading that it does not have."""

    power_on: bool | None
    power_watts: float | None
    inlet_celsius: float | None
    troubles: tuple[Trouble, ...]
    log: tuple[LogEntry, ...]


class BmcReader(Protocol):
    """Something that reads BMCs. Called from several threads at once."""

    def read(self, node: Node) -> BmcReading:
        """Look at the node's BMC. Raises `BmcUnreachable`."""
        ...

    def log_text(self, node: Node) -> str:
        """Its whole event log as text, for evidence. Raises `BmcUnreachable`."""
        ...
