"""How evidence is fetched from a node. `adapters/ssh_evidence.py` implements it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from thirdshift_controller.fleet.inventory import Node


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One file of an evidence pack, or why it could not be had."""

    name: str
    """Its path within the pack: `node/dmesg.txt`."""
    source: str
    """The command or file that it came from."""
    content: bytes | None
    problem: str | None = None


class Inspector(Protocol):
    """Something that fetches what a node knows of its fault, and changes nothing there."""

    def inspect(self, node: Node, pci_address: str | None) -> Iterator[Exhibit]:
        """Every exhibit in turn; one that cannot be had says why. Never raises for a dead node."""
        ...
