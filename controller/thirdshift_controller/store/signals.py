"""Queries over signals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from thirdshift_controller.store.tables import SignalRow
from thirdshift_controller.store.upsert import insert_new


def keep(session: Session, rows: Sequence[SignalRow]) -> None:
    """Insert signals; one whose origin is already kept is left alone."""
    plain = [row.model_dump(exclude={"id"}) for row in rows]
    insert_new(session, SignalRow, plain, unique="origin")


def untriaged(session: Session, limit: int) -> Sequence[SignalRow]:
    """The oldest signals that nobody has looked at, in the order they happened."""
    query = select(SignalRow).where(col(SignalRow.triaged).is_(False))
    return session.exec(query.order_by(col(SignalRow.at), col(SignalRow.id)).limit(limit)).all()


def untriaged_elsewhere(session: Session, known: Iterable[str]) -> Sequence[SignalRow]:
    """Signals that nobody has looked at, of nodes that are not among these."""
    query = select(SignalRow).where(
        col(SignalRow.triaged).is_(False), col(SignalRow.node).not_in(list(known))
    )
    return session.exec(query).all()


def of_incident(session: Session, incident_id: int) -> Sequence[SignalRow]:
    """An incident's evidence, oldest first."""
    query = select(SignalRow).where(SignalRow.incident_id == incident_id)
    return session.exec(query.order_by(col(SignalRow.at), col(SignalRow.id))).all()


def names(session: Session, incident_id: int) -> set[str]:
    """What an incident's evidence is called, each name once."""
    query = select(SignalRow.kind, SignalRow.code).where(SignalRow.incident_id == incident_id)
    return {f"{kind}:{code}" for kind, code in session.exec(query.distinct())}


def since(session: Session, incident_id: int, after: datetime) -> Sequence[SignalRow]:
    """An incident's signals that happened after an instant."""
    query = select(SignalRow).where(SignalRow.incident_id == incident_id, col(SignalRow.at) > after)
    return session.exec(query.order_by(col(SignalRow.at))).all()


def latest_of_node(session: Session, node: str, limit: int) -> Sequence[SignalRow]:
    """What a node said lately, newest first."""
    query = select(SignalRow).where(SignalRow.node == node)
    return session.exec(query.order_by(col(SignalRow.id).desc()).limit(limit)).all()
