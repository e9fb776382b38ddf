"""A person's word on what the ladder wants to do: yes, no, or never mind the jobs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from thirdshift_controller.config import Caller
from thirdshift_controller.errors import ConflictError, NotFoundError
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.store import attempts, incidents
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import AttemptRow, IncidentRow
from thirdshift_controller.wire import AttemptOutcome


@dataclass(frozen=True, slots=True)
class Approvals:
    """The acts of a lead. Each raises a `RefusedError` that says why not; each may be repeated."""

    store: Store

    def approve(self, incident_id: int, number: int, caller: Caller, now: datetime) -> None:
        """Let an attempt be made, if it is still the one to make."""
        with self._attempt(incident_id, number) as (session, incident, attempt):
            agreed = attempt.approved_by is not None
            if agreed and attempt.outcome is not AttemptOutcome.DECLINED:
                return
            _refuse_unless_proposed(attempt)
            attempt.approved_by = caller.actor
            session.add(attempt)
            text = f"said yes to {attempt.action}"
            lifecycle.say(session, incident, now, text, caller.actor)

    def decline(
        self, incident_id: int, number: int, reason: str, caller: Caller, now: datetime
    ) -> None:
        """Let it not be made; it counts as tried."""
        with self._attempt(incident_id, number) as (session, incident, attempt):
            if attempt.outcome is AttemptOutcome.DECLINED:
                return
            _refuse_unless_proposed(attempt)
            attempt.outcome, attempt.output = AttemptOutcome.DECLINED, reason
            attempt.finished_at = now
            session.add(attempt)
            text = f"said no to {attempt.action}: {reason}"
            lifecycle.say(session, incident, now, text, caller.actor)

    def let_jobs_die(self, incident_id: int, reason: str, caller: Caller, now: datetime) -> None:
        """Wait for no running work any more, for this incident."""
        with self.store.write() as session:
            incident = _incident(session, incident_id)
            if incident.jobs_may_die_by is None:
                incident.jobs_may_die_by = caller.actor
                session.add(incident)
                text = f"running work need not be waited for: {reason}"
                lifecycle.say(session, incident, now, text, caller.actor)

    @contextmanager
    def _attempt(
        self, incident_id: int, number: int
    ) -> Iterator[tuple[Session, IncidentRow, AttemptRow]]:
        with self.store.write() as session:
            incident = _incident(session, incident_id)
            tried = attempts.of_incident(session, incident_id)
            attempt = next((one for one in tried if one.number == number), None)
            if attempt is None:
                raise NotFoundError(f"INC-{incident_id} has no attempt {number}")
            yield session, incident, attempt


def _incident(session: Session, incident_id: int) -> IncidentRow:
    incident = incidents.by_id(session, incident_id)
    if incident is None:
        raise NotFoundError(f"there is no incident INC-{incident_id}")
    if incident.closed_at is not None:
        raise ConflictError(f"INC-{incident_id} is closed")
    return incident


def _refuse_unless_proposed(attempt: AttemptRow) -> None:
    if attempt.outcome is not AttemptOutcome.PROPOSED:
        which = f"attempt {attempt.number} of INC-{attempt.incident_id}"
        raise ConflictError(f"{which} is {attempt.outcome}")
