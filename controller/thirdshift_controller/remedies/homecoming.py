"""The way back into service: of what we took out, when all on it is well and nobody holds it.

Resuming twice is harmless, so one that failed is tried again; each try is recorded like a rung.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from thirdshift_agent.clock import Clock
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.fleet.scopes import covers
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.incidents.holds import hold_on
from thirdshift_controller.intake.live import Live
from thirdshift_controller.intake.schedule import NodeStanding, Scheduler, SchedulerUnreachable
from thirdshift_controller.remedies.attempt import Ended, close, make
from thirdshift_controller.remedies.port import Remedy, RemedyOrder, Return
from thirdshift_controller.store import attempts, holds, incidents, nodes
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import AttemptRow, IncidentRow, NodeRow
from thirdshift_controller.wire import AttemptOutcome

AGAIN = timedelta(minutes=5)
"""Between two tries of one return."""


@dataclass(frozen=True, slots=True)
class Homecoming:
    """Returns drained nodes to their scheduler."""

    store: Store
    site: Site
    scheduler: Scheduler | None
    remedy: Remedy
    executor: Executor
    live: Live
    clock: Clock
    allowance: timedelta

    def run(self) -> None:
        """Return every node that may."""
        now = self.clock.now()
        with self.store.read() as session:
            ready = [row.name for row in self._ready(session)]
        standings = self._standings(ready)
        with self.store.write() as session:
            rows = [row for row in self._ready(session) if row.name in standings]
            orders = [
                order
                for row in rows
                if (order := self._reserve(session, row, standings[row.name], now)) is not None
            ]
        for order in orders:
            self.executor.submit(self._make, order)

    def _make(self, order: RemedyOrder) -> None:
        self._finish(order, make(self.remedy, order))

    def _standings(self, names: Sequence[str]) -> Mapping[str, NodeStanding]:
        if self.scheduler is None or not names:
            return {}
        try:
            return self.scheduler.standings([self.site.by_name[name] for name in names])
        except SchedulerUnreachable:
            return {}

    def _ready(self, session: Session) -> Iterator[NodeRow]:
        """What we took out, on which no repair is open that needs it so and that nobody holds."""
        out = nodes.taken_out(session)
        in_force = holds.in_force(session, self.clock.now())
        around = incidents.around(session, (row.name for row in out))
        for row in out:
            node = self.site.by_name.get(row.name)
            if node is None or hold_on(in_force, node, self.site, self.live.drivers):
                continue
            if not any(self._keeps_out(one, row) for one in around):
                yield row

    def _keeps_out(self, incident: IncidentRow, row: NodeRow) -> bool:
        """Whether a repair that is not yet proved needs the node out of service."""
        if incident.id == row.drained_for:
            return True
        if not incident.gpus_out:
            return False
        return covers(incident.place, self.site.by_name[row.name], self.site, self.live.drivers)

    def _reserve(
        self, session: Session, row: NodeRow, standing: NodeStanding, now: datetime
    ) -> RemedyOrder | None:
        assert row.drained_for is not None
        tried = attempts.of_incident(session, row.drained_for)
        resumes = [one for one in tried if one.action == Return.RESUME]
        if resumes and now - resumes[-1].reserved_at < AGAIN:
            return None
        if not standing.is_ours:
            self._let_go(session, row, f"not ours to return: {_whose(standing)}", now)
            return None
        order = self._order(row, len(tried) + 1)
        session.add(self._row(order, row, len(tried) + 1, now))
        return order

    def _let_go(self, session: Session, row: NodeRow, text: str, now: datetime) -> None:
        assert row.drained_for is not None
        incident = incidents.by_id(session, row.drained_for)
        assert incident is not None
        lifecycle.say(session, incident, now, text)
        row.drained_for = None
        session.add(row)

    def _order(self, row: NodeRow, number: int) -> RemedyOrder:
        return RemedyOrder(
            node=self.site.by_name[row.name],
            action=Return.RESUME,
            pci_address=None,
            gpu_slot=None,
            key=f"INC-{row.drained_for}/{number}",
        )

    def _row(self, order: RemedyOrder, row: NodeRow, number: int, now: datetime) -> AttemptRow:
        assert row.drained_for is not None
        return AttemptRow(
            incident_id=row.drained_for,
            node=row.name,
            number=number,
            key=order.key,
            action=order.action.value,
            command=self.remedy.describe(order),
            reserved_at=now,
            expires_at=now + self.allowance,
        )

    def _finish(self, order: RemedyOrder, ended: Ended) -> None:
        now = self.clock.now()
        with self.store.write() as session:
            attempt = attempts.by_key(session, order.key)
            if attempt.outcome is not AttemptOutcome.RESERVED:
                return
            close(attempt, ended, now)
            session.add(attempt)
            if ended.outcome is AttemptOutcome.SUCCEEDED:
                row = nodes.named(session, [order.node.name])[order.node.name]
                self._let_go(session, row, "returned to service", now)


def _whose(standing: NodeStanding) -> str:
    return f"it is {standing.standing}" + (f": {standing.reason}" if standing.reason else "")
