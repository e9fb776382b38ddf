"""The scheduler of a simulated site, and the rungs drain and resume.

Implements `intake.schedule.AllocatingScheduler` and, for those two, `remedies.port.Remedy`. Nodes
of one gang run one job together, one job after the other; a job is one team's and has its nodes for
itself. What it drained it keeps in memory alone: after a restart every node is in service.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from thirdshift_agent.clock import Clock
from thirdshift_controller.costs.usage.records import Holdings
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.schedule import OURS, NodeStanding, Standing
from thirdshift_controller.remedies.port import (
    RemedyNotStarted,
    RemedyOrder,
    RemedyResult,
    Return,
)
from thirdshift_runbooks.page import RemoteAction

PERIOD_SECONDS = 2 * 3600.0
"""From the start of one job to the start of the next."""
IDLE_RATIO = 0.15
TEAMS = {"foundation": 5, "vision": 3, "speech": 2, "interns": 1}
"""How often a job is theirs, in eleven."""


@dataclass(frozen=True, slots=True)
class _Drain:
    reason: str
    since_at: datetime


@dataclass
class SimulatedScheduler:
    """The same seed and clock give the same jobs. Safe from any thread."""

    clock: Clock
    seed: int
    _drained: dict[str, _Drain] = field(default_factory=dict)

    def standings(self, nodes: Sequence[Node]) -> Mapping[str, NodeStanding]:
        """Every node's standing by its name."""
        now = self.clock.now()
        return {node.name: self._standing(node, now) for node in nodes}

    def holdings(self, nodes: Sequence[Node]) -> Mapping[str, Holdings]:
        """Who runs a job on each node, with all of its GPUs."""
        now = self.clock.now()
        jobs = {node: self._standing(node, now).jobs for node in nodes}
        return {
            node.name: {_team(job): float(node.gpus) for job in its} for node, its in jobs.items()
        }

    def describe(self, order: RemedyOrder) -> str:
        """The request in words."""
        return f"simulated {order.action} of {order.node.name}"

    def apply(self, order: RemedyOrder) -> RemedyResult:
        """Drain or resume; either may be repeated. Raises `RemedyNotStarted` for another rung."""
        if order.action is RemoteAction.DRAIN:
            reason = f"{OURS} {order.key.partition('/')[0]} {order.reason}".rstrip()
            self._drained.setdefault(order.node.name, _Drain(reason, self.clock.now()))
        elif order.action is Return.RESUME:
            self._drained.pop(order.node.name, None)
        else:
            raise RemedyNotStarted(f"a scheduler knows no {order.action}; ask the node itself")
        standing = self.standings([order.node])[order.node.name]
        return RemedyResult(self.describe(order), standing.standing.value, 0)

    def _standing(self, node: Node, now: datetime) -> NodeStanding:
        drain = self._drained.get(node.name)
        job = self._job(node, now)
        if drain is None:
            return NodeStanding(Standing.IN_SERVICE, None, (job,) if job else ())
        if job and job == self._job(node, drain.since_at):
            return NodeStanding(Standing.DRAINING, drain.reason, (job,))
        return NodeStanding(Standing.DRAINED, drain.reason, ())

    def _job(self, node: Node, at: datetime) -> str | None:
        """The job that runs at an instant, if nobody has drained the node."""
        whose = f"{self.seed}:{node.gang or node.name}"
        since_first = at.timestamp() - Random(whose).random() * PERIOD_SECONDS
        number, into = divmod(since_first, PERIOD_SECONDS)
        if into >= PERIOD_SECONDS * (1 - IDLE_RATIO):
            return None
        return str(Random(f"{whose}:{number:.0f}").randrange(10_000, 100_000))


def _team(job: str) -> str:
    """A job's number decides whose it is."""
    return Random(job).choices(list(TEAMS), list(TEAMS.values()))[0]
