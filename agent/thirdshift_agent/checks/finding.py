"""What a check found: facts, each with what it alone would make of the node."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Status(IntEnum):
    """The exit code is the value."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


class Unit(StrEnum):
    """What a measurement is given in."""

    BYTES_PER_SECOND = "bytes_per_second"
    FLOPS = "floating_point_operations_per_second"


_SHOWN = {Unit.BYTES_PER_SECOND: (1e9, "GB/s"), Unit.FLOPS: (1e12, "TFLOP/s")}


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact. `measured` and `floor` are in `unit`; below its floor a GPU is not well."""

    status: Status
    text: str
    check: str = "look"
    slot: int | None = None
    uuid: str | None = None
    measured: float | None = None
    floor: float | None = None
    unit: Unit | None = None
    seconds: float | None = None
    """How long the test took that found it."""


_WORST_FIRST = (Status.CRITICAL, Status.UNKNOWN, Status.WARNING, Status.OK)


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The same findings, the worst first; those of one status keep their order."""
    return tuple(sorted(findings, key=lambda finding: _WORST_FIRST.index(finding.status)))


def worst(statuses: Iterable[Status]) -> Status:
    """The worst of several; well where there is none."""
    return min(statuses, key=_WORST_FIRST.index, default=Status.OK)


def shown(value: float, unit: Unit) -> str:
    """Return a value as a person reads it: `52.1 GB/s`."""
    scale, name = _SHOWN[unit]
    return f"{value / scale:.1f} {name}"
