"""The remote ladder as units of work: reserve, act, record; one attempt at a time.

The attempt is on disk before the command leaves, so that after kill -9 it is known to have been
begun. Such an attempt counts as failed and is never made again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from thirdshift_agent.clock import Clock
from thirdshift_controller.config import Mode
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.incidents.triage import settled
from thirdshift_controller.remedies.plan import SendHands, plan
from thirdshift_controller.remedies.port import (
    Remedy,
    RemedyNotStarted,
    RemedyOrder,
    RemedyOutcomeUnknown,
)
from thirdshift_controller.store import incidents
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import AttemptRow, IncidentRow
from thirdshift_controller.wire import AttemptOutcome, IncidentState
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.page import Disposition, RemoteAction

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ladder:
    """Works incidents up the remote ladder until one holds or hands are needed."""

    store: Store
    site: Site
    catalogue: Catalogue
    remedy: Remedy
    clock: Clock
    burst: timedelta
    mode: Mode
    attempts_per_rung: int

    def recover(self) -> None:
        """At start: an attempt that was begun and has no end counts as failed."""
        now = self.clock.now()
        with self.store.write() as session:
            for attempt in incidents.unfinished_attempts(session):
                text = "the controller stopped before the end was seen"
                self._finish(session, attempt, AttemptOutcome.AMBIGUOUS, text)
                log.warning("attempt ambiguous", extra={"key": attempt.key, "at": now.isoformat()})

    def climb(self) -> None:
        """Take each incident that waits for the ladder one rung further."""
        for incident_id in self._waiting():
            order = self._reserve(incident_id)
            if order is not None:
                self._act(order)

    def _waiting(self) -> list[int]:
        now = self.clock.now()
        with self.store.read() as session:
            rows = incidents.in_state(session, IncidentState.OPEN, IncidentState.REMEDYING)
            return [row.id for row in rows if row.id is not None and self._ready(row, now)]

    def _ready(self, incident: IncidentRow, now: datetime) -> bool:
        if self.catalogue.page(incident.runbook).disposition is not Disposition.REPAIR:
            return False
        return settled(incident.opened_at, incident.last_signal_at, now, self.burst)

    def _reserve(self, incident_id: int) -> RemedyOrder | None:
        now = self.clock.now()
        with self.store.write() as session:
            incident = incidents.by_id(session, incident_id)
            assert incident is not None
            page, node = self.catalogue.page(incident.runbook), self.site.by_name[incident.node]
            tried = incidents.attempts(session, incident_id)
            step = plan(page, node, incident.pci_address, tried, self.mode, self.attempts_per_rung)
            if isinstance(step, SendHands):
                lifecycle.move(
                    session,
                    incident,
                    IncidentState.NEEDS_HANDS,
                    now,
                    f"needs hands: {step.reason}",
                )
                return None
            order = self._order(incident, step.action, len(tried) + 1)
            session.add(
                AttemptRow(
                    incident_id=incident_id,
                    node=order.node.name,
                    number=len(tried) + 1,
                    key=order.key,
                    action=order.action.value,
                    command=self.remedy.describe(order),
                    reserved_at=now,
                    expires_at=now + timedelta(hours=1),
                )
            )
            lifecycle.move(
                session,
                incident,
                IncidentState.REMEDYING,
                now,
                f"trying {order.action.value} from afar",
            )
            return order

    def _order(self, incident: IncidentRow, action: RemoteAction, number: int) -> RemedyOrder:
        return RemedyOrder(
            node=self.site.by_name[incident.node],
            action=action,
            pci_address=incident.pci_address,
            gpu_slot=incident.gpu_slot,
            key=f"INC-{incident.id}/{number}",
        )

    def _act(self, order: RemedyOrder) -> None:
        try:
            result = self.remedy.apply(order)
        except RemedyNotStarted as error:
            self._record(order, AttemptOutcome.REFUSED, str(error))
        except RemedyOutcomeUnknown as error:
            self._record(order, AttemptOutcome.AMBIGUOUS, str(error))
        else:
            good = result.exit_status == 0
            outcome = AttemptOutcome.SUCCEEDED if good else AttemptOutcome.FAILED
            self._record(order, outcome, result.output)

    def _record(self, order: RemedyOrder, outcome: AttemptOutcome, output: str) -> None:
        with self.store.write() as session:
            attempt = incidents.attempt_by_key(session, order.key)
            self._finish(session, attempt, outcome, output)

    def _finish(
        self, session: Session, attempt: AttemptRow, outcome: AttemptOutcome, output: str
    ) -> None:
        if attempt.outcome is not AttemptOutcome.RESERVED:
            return
        now = self.clock.now()
        attempt.outcome, attempt.output, attempt.finished_at = outcome, output, now
        session.add(attempt)
        incident = incidents.by_id(session, attempt.incident_id)
        assert incident is not None
        text = f"{attempt.action}: {outcome.value}"
        if outcome is AttemptOutcome.SUCCEEDED:
            lifecycle.move(session, incident, IncidentState.VERIFYING, now, text)
        else:
            lifecycle.say(session, incident, now, text)
