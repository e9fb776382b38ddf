"""A scheduler without a cluster: nodes stand as told; it drains, returns and remembers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from thirdshift_controller.adapters.draining import DrainingScheduler
from thirdshift_controller.costs.usage.records import Holdings
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.schedule import (
    ABSENT,
    NodeStanding,
    SchedulerUnreachable,
    Standing,
)
from thirdshift_controller.remedies.port import RemedyOrder, RemedyResult
from thirdshift_controller.remedies.scheduling import reason_of

_IN_SERVICE = NodeStanding(Standing.IN_SERVICE, None, ())


@dataclass
class ScriptedScheduler(DrainingScheduler):
    """Implements `intake.schedule.AllocatingScheduler` and `remedies.port.Remedy`.

    It knows every node, in service and without jobs, until the script says otherwise.
    """

    found: dict[str, NodeStanding] = field(default_factory=dict)
    held: dict[str, Holdings] = field(default_factory=dict)
    """Who holds a node's GPUs; nobody does where the script says nothing."""
    orders: list[RemedyOrder] = field(default_factory=list)
    answers: bool = True
    tells_holdings: bool = True

    def run_jobs(self, node: str, *jobs: str) -> None:
        """Exactly these run there from now on; none is how they end."""
        self.found[node] = _after(replace(self.standing(node), jobs=jobs))

    def take_out(self, node: str, reason: str, by: str = "root") -> None:
        """Somebody drains it."""
        self.found[node] = _out(self.standing(node), reason, by)

    def give_up(self, node: str, reason: str = "Not responding") -> None:
        """The scheduler itself finds it dead, with all its jobs."""
        self.found[node] = NodeStanding(Standing.DOWN, reason, ())

    def take_back(self, node: str) -> None:
        """It is in service again, by whoever's hand."""
        self.found[node] = replace(_IN_SERVICE, jobs=self.standing(node).jobs)

    def forget(self, node: str) -> None:
        """It does not know the node any more."""
        self.found[node] = ABSENT

    def standing(self, node: str) -> NodeStanding:
        """Where the script has the node stand."""
        return self.found.get(node, _IN_SERVICE)

    def standings(self, nodes: Sequence[Node]) -> Mapping[str, NodeStanding]:
        """As scripted, or silence."""
        if not self.answers:
            raise SchedulerUnreachable("the scheduler is silent by script")
        return {node.name: self.standing(node.name) for node in nodes}

    def holdings(self, nodes: Sequence[Node]) -> Mapping[str, Holdings]:
        """As scripted, or silence."""
        if not (self.answers and self.tells_holdings):
            raise SchedulerUnreachable("the scheduler tells no holdings by script")
        return {node.name: self.held.get(node.name, {}) for node in nodes}

    def describe(self, order: RemedyOrder) -> str:
        """The command as it would be."""
        return f"{order.action} {order.node.name}"

    def apply(self, order: RemedyOrder) -> RemedyResult:
        """Make the rung by the rules of every scheduler."""
        self.orders.append(order)
        return super().apply(order)

    def drain(self, order: RemedyOrder, found: NodeStanding) -> str:
        """Drain it, with our reason."""
        if not found.is_ours:
            self.take_out(order.node.name, reason_of(order), by="thirdshift")
        return f"{order.node.name} gets no new jobs"

    def resume(self, order: RemedyOrder) -> str:
        """Return it."""
        self.take_back(order.node.name)
        return f"{order.node.name} may get jobs again"


def _out(found: NodeStanding, reason: str, by: str) -> NodeStanding:
    return _after(replace(found, standing=Standing.DRAINED, reason=reason, by=by))


def _after(found: NodeStanding) -> NodeStanding:
    """A node that is out is draining while jobs run there."""
    if found.standing not in (Standing.DRAINING, Standing.DRAINED):
        return found
    return replace(found, standing=Standing.DRAINING if found.jobs else Standing.DRAINED)
