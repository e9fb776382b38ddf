"""Queries over remote attempts: what was tried, where, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from thirdshift_controller.store.tables import AttemptRow, IncidentRow
from thirdshift_controller.wire import AttemptOutcome

NOT_MADE = (AttemptOutcome.PROPOSED, AttemptOutcome.DECLINED, AttemptOutcome.REFUSED)
"""Nothing was done."""


def of_incident(session: Session, incident_id: int) -> Sequence[AttemptRow]:
    """An incident's attempts, in order."""
    query = select(AttemptRow).where(AttemptRow.incident_id == incident_id)
    return session.exec(query.order_by(col(AttemptRow.number))).all()


def by_key(session: Session, key: str) -> AttemptRow:
    """The attempt that was reserved under a key."""
    return session.exec(select(AttemptRow).where(AttemptRow.key == key)).one()


def unfinished(session: Session, expired_by: datetime | None = None) -> Sequence[AttemptRow]:
    """Attempts that were begun and have no end; only those whose end is overdue, if so asked."""
    query = select(AttemptRow).where(col(AttemptRow.outcome) == AttemptOutcome.RESERVED)
    if expired_by is not None:
        query = query.where(col(AttemptRow.expires_at) <= expired_by)
    return session.exec(query).all()


def prove(session: Session, incident_id: int, held: bool) -> None:
    """Note of the good attempts not yet judged whether the unit proved well after them."""
    query = select(AttemptRow).where(
        AttemptRow.incident_id == incident_id,
        col(AttemptRow.outcome) == AttemptOutcome.SUCCEEDED,
        col(AttemptRow.held).is_(None),
    )
    for attempt in session.exec(query):
        attempt.held = held
        session.add(attempt)


class Disturbed(NamedTuple):
    """A node that something was done to, and when that was reserved."""

    node: str
    at: datetime


def disturbed(session: Session, actions: Iterable[str], since: datetime) -> Iterator[Disturbed]:
    """What was done to nodes after an instant, with these actions."""
    query = select(AttemptRow.node, AttemptRow.reserved_at).where(
        col(AttemptRow.action).in_(list(actions)),
        col(AttemptRow.outcome).not_in(NOT_MADE),
        col(AttemptRow.reserved_at) > since,
    )
    return (Disturbed(*row) for row in session.exec(query))


class Count(NamedTuple):
    """How often an action was tried for a page, and whether the unit proved well after it."""

    runbook: str
    action: str
    held: bool
    times: int


def counts(session: Session, since: datetime) -> Iterator[Count]:
    """What is known of every action and page after an instant."""
    query = (
        select(IncidentRow.runbook, AttemptRow.action, AttemptRow.held, func.count())
        .join(IncidentRow, col(IncidentRow.id) == col(AttemptRow.incident_id))
        .where(col(AttemptRow.held).is_not(None), col(AttemptRow.reserved_at) > since)
        .group_by(col(IncidentRow.runbook), col(AttemptRow.action), col(AttemptRow.held))
    )
    return (Count(*row) for row in session.exec(query))


def fixes(session: Session, since: datetime) -> Iterator[Disturbed]:
    """Each attempt that ran to a good end, reserved after an instant."""
    query = select(AttemptRow.node, AttemptRow.reserved_at).where(
        col(AttemptRow.outcome) == AttemptOutcome.SUCCEEDED,
        col(AttemptRow.action).not_in(("drain", "resume")),
        col(AttemptRow.reserved_at) > since,
    )
    return (Disturbed(*row) for row in session.exec(query))
