"""What every scheduler is to us: it is read, and it makes two rungs, drain and resume.

A scheduler's adapter says how; here stands in which order, and what its failures mean. Looking
comes before acting, and until something was asked for every failure is `RemedyNotStarted`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from thirdshift_controller.costs.usage.records import Holdings
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.schedule import (
    NodeStanding,
    SchedulerSilent,
    SchedulerUnreachable,
)
from thirdshift_controller.remedies.port import (
    RemedyNotStarted,
    RemedyOrder,
    RemedyOutcomeUnknown,
    RemedyResult,
)
from thirdshift_controller.remedies.scheduling import settled
from thirdshift_runbooks.page import RemoteAction


class DrainingScheduler(ABC):
    """Implements `remedies.port.Remedy` over an `intake.schedule.AllocatingScheduler`."""

    @abstractmethod
    def standings(self, nodes: Sequence[Node]) -> Mapping[str, NodeStanding]:
        """Every node's standing by its name, in one question. Raises `SchedulerUnreachable`."""

    @abstractmethod
    def holdings(self, nodes: Sequence[Node]) -> Mapping[str, Holdings]:
        """Who holds the GPUs of these nodes, in one question. Raises `SchedulerUnreachable`."""

    @abstractmethod
    def describe(self, order: RemedyOrder) -> str:
        """The command that `apply` would run, where there is something to do."""

    @abstractmethod
    def drain(self, order: RemedyOrder, found: NodeStanding) -> str:
        """Take a node that is ours to take out of service. Raises `SchedulerUnreachable`."""

    @abstractmethod
    def resume(self, order: RemedyOrder) -> str:
        """Return a node that we took out. Raises `SchedulerUnreachable`."""

    def apply(self, order: RemedyOrder) -> RemedyResult:
        """Make the rung; making it again is harmless. Raises as `Remedy.apply` does."""
        found = self._look(order.node)
        output = settled(order, found)
        if output is None:
            output = self._act(order, found)
        return RemedyResult(self.describe(order), output, 0)

    def _look(self, node: Node) -> NodeStanding:
        try:
            return self.standings((node,))[node.name]
        except SchedulerUnreachable as error:
            raise RemedyNotStarted(str(error)) from error

    def _act(self, order: RemedyOrder, found: NodeStanding) -> str:
        try:
            if order.action is RemoteAction.DRAIN:
                return self.drain(order, found)
            return self.resume(order)
        except SchedulerSilent as error:
            raise RemedyOutcomeUnknown(str(error)) from error
        except SchedulerUnreachable as error:
            raise RemedyNotStarted(str(error)) from error
