"""How a system that handed a node over hears of the end. `adapters/` implements it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from thirdshift_controller.wire.handoff import ExternalSystem


class RequesterUnreachable(Exception):  # noqa: N818 - a state of the world, not a fault of the program
    """The answer did not arrive, or nobody knows whether it did; it may be told again soon."""


class RequesterRefused(Exception):  # noqa: N818 - as above
    """The other side will not take it as things are; the text says what mends it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one request."""

    system: ExternalSystem
    reference: str
    node: str
    succeeded: bool
    """The node proved well. False says only that we have stopped."""
    message: str
    incident: str | None
    completed_at: datetime
    facts: Mapping[str, str]
    """What the request said."""


class Requester(Protocol):
    """Somebody who waits for the end of a request."""

    def tell(self, outcome: Outcome) -> None:
        """Return once the other side has it, or waits for it no more. The same may come twice.

        Raises `RequesterUnreachable` or `RequesterRefused`.
        """
        ...
