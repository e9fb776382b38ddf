"""What the site's scheduler says of its nodes: in service, drained, by whom; who holds their GPUs.

`adapters/slurm.py` and `adapters/kubernetes.py` implement it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from thirdshift_controller.costs.usage.records import Holdings
from thirdshift_controller.fleet.inventory import Node

OURS = "thirdshift"
"""The reason of every drain that is ours begins with this word; another's drain is left alone."""
OF_THE_HEALTH_CHECK = "thirdshift: check:"
"""So begins the reason of `deploy/slurm/thirdshift-health-check.sh`, on the node itself."""


class SchedulerUnreachable(Exception):  # noqa: N818 - a state of the world, not a fault of the program
    """The scheduler did not answer; the text says why."""


class SchedulerSilent(SchedulerUnreachable):
    """It was asked and its answer did not come in time: what was asked may have been done."""


class Standing(StrEnum):
    """What the scheduler does with a node."""

    IN_SERVICE = "in_service"
    DRAINING = "draining"
    """No new work; old work still runs."""
    DRAINED = "drained"
    DOWN = "down"
    """The scheduler itself has given it up."""
    ABSENT = "absent"
    """The scheduler does not know it, so no job of it can run there."""


@dataclass(frozen=True, slots=True)
class NodeStanding:
    """One node as the scheduler sees it."""

    standing: Standing
    reason: str | None
    """Why it is not in service, in the words of whoever took it out."""
    jobs: tuple[str, ...]
    """What runs there now."""
    by: str | None = None
    """Who took it out, as the scheduler names them."""
    since_at: datetime | None = None
    """When it was taken out, by the scheduler's clock."""

    @property
    def is_ours(self) -> bool:
        """Whether the controller took it out of service."""
        return (self.reason or "").split(" ")[0] == OURS

    @property
    def is_of_the_health_check(self) -> bool:
        """Whether the node's own check took it out."""
        return (self.reason or "").startswith(OF_THE_HEALTH_CHECK)


ABSENT = NodeStanding(Standing.ABSENT, None, ())


class Scheduler(Protocol):
    """Something that gives nodes work."""

    def standings(self, nodes: Sequence[Node]) -> Mapping[str, NodeStanding]:
        """Every node's standing by its name, in one question. Raises `SchedulerUnreachable`."""
        ...


class AllocatingScheduler(Scheduler, Protocol):
    """One that also says whose jobs hold what."""

    def holdings(self, nodes: Sequence[Node]) -> Mapping[str, Holdings]:
        """Who holds the GPUs of each of these nodes, in one question; nobody is an empty answer.

        A node that is left out is one of which it cannot be said. Raises `SchedulerUnreachable`.
        """
        ...
