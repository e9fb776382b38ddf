"""Ten thousand agents whose reports lie ready in memory, given out at a site's pace.

One process cannot be 10,000 agents and their controller as well: what HTTP costs is measured apart.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock

from thirdshift_agent.wire import Report
from thirdshift_controller.adapters.scripted import ScriptedAgent
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.intake.port import AgentUnreachable

INTERVAL_SECONDS = 15.0
TIMEOUT_SECONDS = 3.0
SPEAKS, DEAD = 0.01, 0.01
"""Of the reports those with a signal; of the nodes those whose connection is never answered."""

_SAID = ("xid:13", "xid:31", "xid:43", "xid:45", "xid:63", "xid:94", "xid:79", "nvlink:errors")


@dataclass
class Pace:
    """So many answers a second, whoever asks, once `per_second` is set."""

    per_second: float = float("inf")
    _next: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def keep(self) -> None:
        """Wait for one's turn."""
        with self._lock:
            turn = max(self._next, time.perf_counter())
            self._next = turn + 1 / self.per_second
        time.sleep(max(0.0, turn - time.perf_counter()))


class ReadyAgents:
    """Implements `intake.port.AgentReader`."""

    def __init__(self, nodes: Iterable[Node], now: datetime) -> None:
        """Every agent has eight GPUs; nobody says anything before `speaking` is set."""
        self.pace, self.speaking = Pace(), False
        self.received: dict[str, float] = {}
        """When each signal came, by its origin, until somebody takes it out."""
        self._agents = {node.name: ScriptedAgent(node) for node in nodes}
        self._ready = {name: agent.report(0, now) for name, agent in self._agents.items()}
        self._dice = random.Random(1)
        self._dead = {name for name in self._agents if self._dice.random() < DEAD}

    def read(self, node: Node, after: int) -> Report:
        """Its report as of now, or a time-out."""
        if node.name in self._dead:
            time.sleep(TIMEOUT_SECONDS)
            raise AgentUnreachable("no answer")
        self.pace.keep()
        agent, now = self._agents[node.name], datetime.now().astimezone()
        if self.speaking and self._dice.random() < SPEAKS:
            said = agent.says(now, self._dice.choice(_SAID), self._dice.randrange(8))
            self.received[f"{node.name}:{agent.journal_id}:{said.sequence}"] = time.perf_counter()
        signals = tuple(agent.signals[after:])
        return replace(
            self._ready[node.name], sent_at=now, last_sequence=len(agent.signals), signals=signals
        )
