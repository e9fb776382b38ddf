"""What the scheduler said last of every node, and who holds its GPUs. In memory alone."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from thirdshift_controller.costs.usage.records import Holdings
from thirdshift_controller.intake.schedule import NodeStanding

log = logging.getLogger(__name__)


@dataclass
class ScheduleLive:
    """The latest answer. It is exchanged whole, so no lock is needed."""

    standings: Mapping[str, NodeStanding] = field(default_factory=dict)
    """As they were at `read_at`, also while the scheduler does not answer."""
    read_at: datetime | None = None
    problem: str | None = None
    """Why the scheduler gave no answer when it was asked last."""
    holdings: Mapping[str, Holdings] = field(default_factory=dict)
    """As they were at `held_at`, also while the scheduler does not answer."""
    held_at: datetime | None = None
    unknown: str | None = None
    """Why it did not say who holds GPUs when it was asked last."""

    def show(self, standings: Mapping[str, NodeStanding], now: datetime) -> None:
        """Take in an answer."""
        if self.problem is not None:
            log.info("scheduler answers again")
        self.standings, self.read_at, self.problem = standings, now, None

    def miss(self, problem: str) -> None:
        """Take in why there is none; told once a reason, not once a question."""
        if problem != self.problem:
            log.warning("scheduler unreachable", extra={"reason": problem})
        self.problem = problem

    def standing(self, node: str) -> NodeStanding | None:
        """Where a node stands now; `None` while nobody can say."""
        return None if self.problem is not None else self.standings.get(node)

    def allot(self, holdings: Mapping[str, Holdings], now: datetime) -> None:
        """Take in who holds the nodes' GPUs."""
        if self.unknown is not None:
            log.info("scheduler tells allocations again")
        self.holdings, self.held_at, self.unknown = holdings, now, None

    def miss_holdings(self, problem: str) -> None:
        """Take in why nobody can say; told once a reason, not once a question."""
        if problem != self.unknown:
            log.warning("allocations unknown", extra={"reason": problem})
        self.unknown = problem

    def held(self, node: str, now: datetime, lasts: timedelta) -> Holdings | None:
        """Who holds a node's GPUs, by an answer that is not older than `lasts`."""
        if self.held_at is None or now - self.held_at > lasts:
            return None
        return self.holdings.get(node)
