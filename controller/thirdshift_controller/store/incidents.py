"""Queries over incidents, their phases, attempts and timelines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from thirdshift_controller.store.tables import (
    AttemptRow,
    IncidentRow,
    PhaseRow,
    TimelineRow,
)
from thirdshift_controller.wire import AttemptOutcome, IncidentState


def by_id(session: Session, incident_id: int) -> IncidentRow | None:
    """One incident."""
    return session.get(IncidentRow, incident_id)


def still_open(session: Session, node: str | None = None) -> Sequence[IncidentRow]:
    """Incidents that are not closed, oldest first; of one node, or of the site."""
    query = select(IncidentRow).where(col(IncidentRow.state) != IncidentState.CLOSED)
    if node is not None:
        query = query.where(IncidentRow.node == node)
    return session.exec(query.order_by(col(IncidentRow.id))).all()


def in_state(session: Session, *states: IncidentState) -> Sequence[IncidentRow]:
    """Incidents in these states, oldest first."""
    query = select(IncidentRow).where(col(IncidentRow.state).in_(states))
    return session.exec(query.order_by(col(IncidentRow.id))).all()


def closed_lately(session: Session, limit: int) -> Sequence[IncidentRow]:
    """Closed incidents, newest first."""
    query = select(IncidentRow).where(col(IncidentRow.state) == IncidentState.CLOSED)
    return session.exec(query.order_by(col(IncidentRow.closed_at).desc()).limit(limit)).all()


def closed_after(
    session: Session, node: str, gpu_slot: int | None, at: datetime
) -> IncidentRow | None:
    """The last closed incident of a unit whose work ended after an instant."""
    query = select(IncidentRow).where(
        IncidentRow.node == node,
        IncidentRow.gpu_slot == gpu_slot,
        col(IncidentRow.state) == IncidentState.CLOSED,
        col(IncidentRow.verify_from_at) > at,
    )
    return session.exec(query.order_by(col(IncidentRow.id).desc())).first()


def during(session: Session, from_at: datetime, to_at: datetime) -> Sequence[IncidentRow]:
    """Incidents of which some part lies in the window."""
    query = select(IncidentRow).where(
        col(IncidentRow.opened_at) < to_at,
        or_(col(IncidentRow.closed_at).is_(None), col(IncidentRow.closed_at) > from_at),
    )
    return session.exec(query.order_by(col(IncidentRow.id))).all()


def phases(session: Session, incident_ids: Iterable[int]) -> Sequence[PhaseRow]:
    """What these incidents waited for, in order."""
    query = select(PhaseRow).where(col(PhaseRow.incident_id).in_(list(incident_ids)))
    return session.exec(query.order_by(col(PhaseRow.id))).all()


def timeline(session: Session, incident_id: int) -> Sequence[TimelineRow]:
    """Who did what, oldest first."""
    query = select(TimelineRow).where(TimelineRow.incident_id == incident_id)
    return session.exec(query.order_by(col(TimelineRow.id))).all()


def attempts(session: Session, incident_id: int) -> Sequence[AttemptRow]:
    """An incident's remote attempts, in order."""
    query = select(AttemptRow).where(AttemptRow.incident_id == incident_id)
    return session.exec(query.order_by(col(AttemptRow.number))).all()


def unfinished_attempts(session: Session) -> Sequence[AttemptRow]:
    """Attempts that were reserved and of which no end was recorded."""
    query = select(AttemptRow).where(col(AttemptRow.outcome) == AttemptOutcome.RESERVED)
    return session.exec(query).all()


def attempt_by_key(session: Session, key: str) -> AttemptRow:
    """The attempt that was reserved under a key."""
    return session.exec(select(AttemptRow).where(AttemptRow.key == key)).one()
