"""How a remedy reaches a node. `adapters/` implements it and obeys these words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from thirdshift_controller.fleet.inventory import Node
from thirdshift_runbooks.page import RemoteAction


class Return(StrEnum):
    """The way back: no rung of a ladder, but made and recorded like one."""

    RESUME = "resume"
    """The scheduler may give the node work again."""


class RemedyNotStarted(Exception):  # noqa: N818 - a state of the world, not a fault of the program
    """Nothing was done on the node: unreachable, refused, not allowed. The text says which."""


class RemedyOutcomeUnknown(Exception):  # noqa: N818 - as above
    """The command was started and its end was not seen. The text says what is known."""


@dataclass(frozen=True, slots=True)
class RemedyOrder:
    """One attempt on one node."""

    node: Node
    action: RemoteAction | Return
    pci_address: str | None
    """Of the GPU concerned; None where the action concerns the node."""
    gpu_slot: int | None
    """Its slot; None where the action concerns the node."""
    key: str
    """Idempotency key: the same key never acts twice. It begins with the incident's id."""
    services: tuple[str, ...] = ()
    """The systemd units to restart, for `service_restart` alone."""
    reason: str = ""
    """One line for the scheduler's own record."""

    @property
    def incident_id(self) -> int:
        """The incident that the key names."""
        return int(self.key.removeprefix("INC-").partition("/")[0])


@dataclass(frozen=True, slots=True)
class RemedyResult:
    """A command that ran to its end."""

    command: str
    output: str
    exit_status: int


class Remedy(Protocol):
    """Something that can act on a node from afar."""

    def describe(self, order: RemedyOrder) -> str:
        """The command that `apply` would run, for the record made before it."""
        ...

    def apply(self, order: RemedyOrder) -> RemedyResult:
        """Run it to its end. Raises `RemedyNotStarted` or `RemedyOutcomeUnknown`."""
        ...
