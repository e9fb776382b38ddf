"""The remote ladder: reserve, act, record.

An attempt is on disk before its command leaves, so that after kill -9 it is known to have been
begun. Such an attempt counts as failed and is never made again. Commands run beside the loop: one
that takes minutes holds up nobody.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from thirdshift_agent.clock import Clock
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.intake.schedule import Scheduler, SchedulerUnreachable
from thirdshift_controller.remedies.attempt import Ended, close, make
from thirdshift_controller.remedies.decide import Standings
from thirdshift_controller.remedies.port import Remedy, RemedyOrder
from thirdshift_controller.remedies.reserve import Reserver
from thirdshift_controller.remedies.rungs import ENDS_WORK
from thirdshift_controller.remedies.second_look import stands
from thirdshift_controller.remedies.witness import Witness
from thirdshift_controller.store import attempts, incidents
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import AttemptRow
from thirdshift_controller.wire import AttemptOutcome, IncidentState
from thirdshift_runbooks.page import RemoteAction

log = logging.getLogger(__name__)
CURES = frozenset(RemoteAction) - {RemoteAction.DRAIN}
"""What may have mended it; a drain makes room and mends nothing."""
Asked = TypeVar("Asked")
STOPPED = Ended(AttemptOutcome.AMBIGUOUS, "the controller stopped before the end was seen")


@dataclass(frozen=True, slots=True)
class Ladder:
    """Works incidents up the remote ladder until one holds or hands are needed."""

    store: Store
    reserver: Reserver
    remedy: Remedy
    scheduler: Scheduler | None
    witness: Witness
    executor: Executor
    clock: Clock

    def recover(self, alone: bool) -> None:
        """An attempt without an end counts as failed: if we start alone, or once it is overdue."""
        now = self.clock.now()
        with self.store.write() as session:
            for attempt in attempts.unfinished(session, None if alone else now):
                self._finish(session, attempt, STOPPED)
                log.warning("attempt ambiguous", extra={"key": attempt.key})

    def climb(self) -> None:
        """Take each incident that waits for the ladder one rung further."""
        now = self.clock.now()
        standings = self._standings(self._waiting(now))
        with self.store.write() as session:
            reserved = self.reserver.reserve(session, standings, now)
        for order in reserved.orders:
            self.executor.submit(_supervised, self._act, order)
        for incident_id in reserved.to_hands:
            self.executor.submit(_supervised, self.witness.look, incident_id)

    def _waiting(self, now: datetime) -> list[Node]:
        """The nodes that the scheduler is to be asked of."""
        if self.scheduler is None:
            return []
        with self.store.read() as session:
            rows = self.reserver.waiting(session, now)
            names = dict.fromkeys(row.node for row in rows if row.node)
        return [self.reserver.decider.site.by_name[name] for name in names]

    def _standings(self, nodes: Sequence[Node]) -> Standings:
        if self.scheduler is None or not nodes:
            return {}
        try:
            return self.scheduler.standings(nodes)
        except SchedulerUnreachable:
            return {}  # the sweep that reads it tells of it; here a node that is not known waits

    def _act(self, order: RemedyOrder) -> None:
        if order.action in ENDS_WORK:
            self.witness.look(order.incident_id)
        standings = self._standings([order.node])
        with self.store.write() as session:
            if not stands(session, self.reserver.decider, order, standings, self.clock):
                return
        ended = make(self.remedy, order)
        with self.store.write() as session:
            self._finish(session, attempts.by_key(session, order.key), ended)

    def _finish(self, session: Session, attempt: AttemptRow, ended: Ended) -> None:
        if attempt.outcome is not AttemptOutcome.RESERVED:
            return
        now = self.clock.now()
        close(attempt, ended, now)
        good = ended.outcome is AttemptOutcome.SUCCEEDED
        if ended.outcome is not AttemptOutcome.REFUSED and not (good and attempt.action in CURES):
            attempt.held = good
        session.add(attempt)
        incident = incidents.by_id(session, attempt.incident_id)
        assert incident is not None
        text = f"{attempt.action}: {ended.outcome}"
        if good and attempt.action in CURES and incident.state is IncidentState.REMEDYING:
            lifecycle.move(session, incident, IncidentState.VERIFYING, now, text)
        else:
            lifecycle.say(session, incident, now, text)


def _supervised(work: Callable[[Asked], None], asked: Asked) -> None:
    """What fails beside the loop is told; an attempt without an end is ended by `recover`."""
    try:
        work(asked)
    except Exception:
        log.exception("work beside the loop failed", extra={"asked": str(asked)})
