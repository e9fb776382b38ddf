"""Handing nodes back as units of work: requests whose incident is over are completed and told.

Completed is written first and told after, so a controller that dies between the two tells again. A
request is told until the other side took it, and its end never changes.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.store import external
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import ExternalRequestRow, IncidentRow, SignalRow
from thirdshift_controller.wire import IncidentState
from thirdshift_controller.wire.handoff import ExternalSystem
from thirdshift_controller.workorders.requester import (
    Outcome,
    Requester,
    RequesterRefused,
    RequesterUnreachable,
)

log = logging.getLogger(__name__)

PATIENCE = Retrying(
    retry=retry_if_exception_type(RequesterUnreachable),
    stop=stop_after_attempt(3),
    wait=wait_exponential_jitter(initial=1.0, max=8.0),
    reraise=True,
)
"""Within one run; the next run begins anew."""

NOTHING_OPENED = "no incident was opened: the signal could not be placed; see the controller's log"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a request ended."""

    succeeded: bool
    message: str


def verdict(signal: SignalRow, incident: IncidentRow | None) -> Verdict | None:
    """How a request ends whose signal and incident stand so; none while it goes on. Pure."""
    if not signal.triaged:
        return None
    if incident is None:
        return Verdict(False, NOTHING_OPENED)
    if incident.state is not IncidentState.CLOSED:
        return None
    resolution = incident.resolution or "closed"
    succeeded = resolution.startswith(lifecycle.VERIFIED)
    return Verdict(succeeded, f"INC-{incident.id} {resolution}")


@dataclass(frozen=True, slots=True)
class HandBack:
    """Completes requests and tells who asked."""

    store: Store
    requesters: Mapping[ExternalSystem, Requester]
    """Who can be told; a system without an entry asks us itself."""
    patience: Retrying = PATIENCE

    def run(self, now: datetime) -> None:
        """Complete what is over, then tell it; a system that does not answer waits a run."""
        self._complete(now)
        deaf: set[ExternalSystem] = set()
        for row_id, outcome in self._untold():
            if outcome.system not in deaf and not self._tell(row_id, outcome, now):
                deaf.add(outcome.system)

    def withdraw(self, system: ExternalSystem, waiting: Collection[str], now: datetime) -> None:
        """Complete what a system no longer waits for: it took the node back. Our work goes on."""
        with self.store.write() as session:
            for row in external.still_open(session):
                if row.system == system and row.reference not in waiting:
                    text = f"{row.reference} was withdrawn by {system}"
                    _finish(session, row, Verdict(False, text), now)
                    row.told_at = now
                    _note(session, row, text, now)

    def _complete(self, now: datetime) -> None:
        with self.store.write() as session:
            for row in external.still_open(session):
                incident = external.incident_of(session, row)
                found = verdict(external.signal_of(session, row), incident)
                if found is not None:
                    _finish(session, row, found, now)

    def _untold(self) -> Sequence[tuple[int, Outcome]]:
        with self.store.read() as session:
            return [
                (row.id, _outcome(session, row))
                for row in external.untold(session)
                if row.id is not None and row.system in self.requesters
            ]

    def _tell(self, row_id: int, outcome: Outcome, now: datetime) -> bool:
        """Tell one; returns whether the other side answered at all."""
        facts = {"system": outcome.system, "reference": outcome.reference}
        try:
            self.patience.copy()(self.requesters[outcome.system].tell, outcome)
        except RequesterUnreachable as error:
            log.warning("requester unreachable", extra={**facts, "reason": str(error)})
            return False
        except RequesterRefused as error:
            log.error("requester refused the answer", extra={**facts, "reason": str(error)})
            return True
        self._told(row_id, now)
        log.info("requester told", extra={**facts, "succeeded": outcome.succeeded})
        return True

    def _told(self, row_id: int, now: datetime) -> None:
        with self.store.write() as session:
            row = external.by_id(session, row_id)
            row.told_at = now
            word = "mended" if row.succeeded else "not mended"
            _note(session, row, f"{row.system} was told of {row.reference}: {word}", now)


def _finish(session: Session, row: ExternalRequestRow, found: Verdict, now: datetime) -> None:
    row.completed_at, row.succeeded, row.message = now, found.succeeded, found.message
    session.add(row)


def _note(session: Session, row: ExternalRequestRow, text: str, now: datetime) -> None:
    session.add(row)
    incident = external.incident_of(session, row)
    if incident is not None:
        lifecycle.say(session, incident, now, text)


def _outcome(session: Session, row: ExternalRequestRow) -> Outcome:
    assert row.succeeded is not None
    assert row.completed_at is not None
    incident = external.incident_of(session, row)
    return Outcome(
        system=ExternalSystem(row.system),
        reference=row.reference,
        node=row.node,
        succeeded=row.succeeded,
        message=row.message or "",
        incident=f"INC-{incident.id}" if incident else None,
        completed_at=row.completed_at,
        facts=external.signal_of(session, row).facts,
    )
