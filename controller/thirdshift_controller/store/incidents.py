"""Queries over incidents, their phases and timelines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, insert, or_, select

from thirdshift_controller.store.tables import IncidentRow, PhaseRow, TimelineRow
from thirdshift_controller.wire import IncidentState

Facts = dict[str, object]
"""The columns of one row."""


def by_id(session: Session, incident_id: int) -> IncidentRow | None:
    """One incident."""
    return session.get(IncidentRow, incident_id)


def by_ids(session: Session, incident_ids: Iterable[int]) -> Sequence[IncidentRow]:
    """These incidents, oldest first."""
    query = select(IncidentRow).where(col(IncidentRow.id).in_(list(incident_ids)))
    return session.exec(query.order_by(col(IncidentRow.id))).all()


def still_open(session: Session, node: str | None = None) -> Sequence[IncidentRow]:
    """Incidents that are not closed, oldest first; of one node, or of the site."""
    query = select(IncidentRow).where(col(IncidentRow.state) != IncidentState.CLOSED)
    if node is not None:
        query = query.where(IncidentRow.node == node)
    return session.exec(query.order_by(col(IncidentRow.id))).all()


def is_part(session: Session, incident: IncidentRow) -> bool:
    """Whether a wider incident that is open explains it."""
    parent = by_id(session, incident.parent_id) if incident.parent_id is not None else None
    return parent is not None and parent.state is not IncidentState.CLOSED


def open_by_key(session: Session, key: str) -> IncidentRow | None:
    """The incident that is open under a key."""
    return session.exec(select(IncidentRow).where(IncidentRow.open_key == key)).first()


def in_state(
    session: Session, *states: IncidentState, runbooks: Iterable[str] | None = None
) -> Sequence[IncidentRow]:
    """Incidents in these states, of these pages if so asked, oldest first."""
    query = select(IncidentRow).where(col(IncidentRow.state).in_(states))
    if runbooks is not None:
        query = query.where(col(IncidentRow.runbook).in_(list(runbooks)))
    return session.exec(query.order_by(col(IncidentRow.id))).all()


def silent_since(session: Session, runbooks: Iterable[str], at: datetime) -> Sequence[IncidentRow]:
    """Open incidents of these pages that have had no signal after an instant."""
    query = select(IncidentRow).where(
        col(IncidentRow.state) == IncidentState.OPEN,
        col(IncidentRow.runbook).in_(list(runbooks)),
        col(IncidentRow.last_signal_at) <= at,
    )
    return session.exec(query).all()


class Begun(NamedTuple):
    """What must be known of a fault to see what it shares with others."""

    id: int
    node: str
    runbook: str
    begun_at: datetime
    parent_id: int | None


def begun(session: Session, runbooks: Iterable[str], since: datetime) -> Iterator[Begun]:
    """Faults of one node each that began after an instant and are not being proved."""
    query = select(*(getattr(IncidentRow, name) for name in Begun._fields)).where(
        col(IncidentRow.node) != "",
        col(IncidentRow.state).not_in((IncidentState.VERIFYING, IncidentState.CLOSED)),
        col(IncidentRow.runbook).in_(list(runbooks)),
        col(IncidentRow.begun_at) >= since,
    )
    return (Begun(*row) for row in session.exec(query.order_by(col(IncidentRow.id))))


def untouched(session: Session, nodes: Iterable[str]) -> Sequence[IncidentRow]:
    """Open incidents of these nodes for which nothing was tried and nobody sent."""
    query = select(IncidentRow).where(
        col(IncidentRow.node).in_(list(nodes)),
        col(IncidentRow.state) == IncidentState.OPEN,
    )
    return session.exec(query.order_by(col(IncidentRow.id))).all()


def wide(session: Session) -> Sequence[IncidentRow]:
    """Open incidents that are about many nodes."""
    query = select(IncidentRow).where(
        col(IncidentRow.open_key).is_not(None), IncidentRow.node == ""
    )
    return session.exec(query.order_by(col(IncidentRow.id))).all()


def closed_lately(session: Session, limit: int) -> Sequence[IncidentRow]:
    """Closed incidents, newest first."""
    query = select(IncidentRow).where(col(IncidentRow.state) == IncidentState.CLOSED)
    return session.exec(query.order_by(col(IncidentRow.closed_at).desc()).limit(limit)).all()


def around(session: Session, nodes: Iterable[str]) -> Sequence[IncidentRow]:
    """What is open on these nodes, and on what is wider than a node; oldest first."""
    query = select(IncidentRow).where(
        col(IncidentRow.open_key).is_not(None), col(IncidentRow.node).in_(["", *nodes])
    )
    return session.exec(query.order_by(col(IncidentRow.id))).all()


def closed_on(session: Session, nodes: Iterable[str], after: datetime) -> Sequence[IncidentRow]:
    """What was closed on these nodes or on what is wider, or whose work ended, after an instant.

    Newest first.
    """
    query = select(IncidentRow).where(
        col(IncidentRow.node).in_(["", *nodes]),
        col(IncidentRow.state) == IncidentState.CLOSED,
        or_(col(IncidentRow.closed_at) > after, col(IncidentRow.verify_from_at) > after),
    )
    return session.exec(query.order_by(col(IncidentRow.id).desc())).all()


def parts(session: Session, parent_id: int) -> Sequence[IncidentRow]:
    """All that one cause explains, closed or not, oldest first."""
    query = select(IncidentRow).where(IncidentRow.parent_id == parent_id)
    return session.exec(query.order_by(col(IncidentRow.id))).all()


def children(session: Session, parent_id: int) -> Sequence[IncidentRow]:
    """The open parts of one cause, oldest first."""
    query = select(IncidentRow).where(
        IncidentRow.parent_id == parent_id, col(IncidentRow.state) != IncidentState.CLOSED
    )
    return session.exec(query.order_by(col(IncidentRow.id))).all()


def during(session: Session, from_at: datetime, to_at: datetime) -> Sequence[IncidentRow]:
    """Incidents of which some part lies in the window."""
    query = select(IncidentRow).where(
        col(IncidentRow.opened_at) < to_at,
        or_(col(IncidentRow.closed_at).is_(None), col(IncidentRow.closed_at) > from_at),
    )
    return session.exec(query.order_by(col(IncidentRow.id))).all()


def returns(session: Session, since: datetime) -> Sequence[IncidentRow]:
    """Incidents of one node each that proved well again after an instant, oldest first."""
    query = select(IncidentRow).where(
        col(IncidentRow.node) != "",
        col(IncidentRow.closed_at) > since,
        col(IncidentRow.verify_from_at).is_not(None),
    )
    return session.exec(query.order_by(col(IncidentRow.closed_at))).all()


def phases(session: Session, incident_ids: Iterable[int]) -> Sequence[PhaseRow]:
    """What these incidents waited for, in order."""
    query = select(PhaseRow).where(col(PhaseRow.incident_id).in_(list(incident_ids)))
    return session.exec(query.order_by(col(PhaseRow.id))).all()


def timeline(session: Session, incident_id: int) -> Sequence[TimelineRow]:
    """Who did what, oldest first."""
    query = select(TimelineRow).where(TimelineRow.incident_id == incident_id)
    return session.exec(query.order_by(col(TimelineRow.id))).all()


def write_down(session: Session, phases: Sequence[Facts], lines: Sequence[Facts]) -> None:
    """Phases and lines of the timeline, many at once."""
    if phases:
        session.connection().execute(insert(PhaseRow), list(phases))
        session.connection().execute(insert(TimelineRow), list(lines))
