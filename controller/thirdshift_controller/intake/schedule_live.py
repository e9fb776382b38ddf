"""What the scheduler said last of every node, or why it says nothing. In memory alone."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

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
