"""A collector of the node: its rows, and how they are read from the kernel's files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from thirdshift_agent.collectors.row import Labels, Readings, Row, Series

Reading = tuple[Series, float]
"""One of the readings."""


@dataclass(frozen=True, slots=True)
class Roots:
    """Where the node shows itself; a test names a tree of its own."""

    sys: Path = Path("/sys")
    proc: Path = Path("/proc")
    dev: Path = Path("/dev")
    etc: Path = Path("/etc")
    log: Path = Path("/var/log")

    @classmethod
    def below(cls, root: Path) -> Roots:
        """The same places below another root, such as that of a mounted node."""
        return cls(root / "sys", root / "proc", root / "dev", root / "etc", root / "var/log")


@dataclass(frozen=True, slots=True)
class HostCollector:
    """`read` raises `OSError` only where all of it failed; what is not there has no reading."""

    name: str
    rows: tuple[Row, ...]
    """Named as on the page but for the prefix `thirdshift_`."""
    read: Callable[[Roots], Readings]
    every_seconds: float = 30.0
    """Of the wall."""


def known(found: Mapping[Row, float | None], labels: Labels) -> Iterator[Reading]:
    """A reading of each row that something was found for."""
    return (((row.name, labels), value) for row, value in found.items() if value is not None)
