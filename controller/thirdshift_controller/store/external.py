"""Queries over the requests of other systems."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from thirdshift_controller.store.tables import ExternalRequestRow, IncidentRow, SignalRow


def by_id(session: Session, row_id: int) -> ExternalRequestRow:
    """One request that is known to be there."""
    return session.get_one(ExternalRequestRow, row_id)


def find(session: Session, system: str, reference: str) -> ExternalRequestRow | None:
    """The request that a system calls so."""
    query = select(ExternalRequestRow).where(
        ExternalRequestRow.system == system, ExternalRequestRow.reference == reference
    )
    return session.exec(query).first()


def holding(session: Session, node: str) -> ExternalRequestRow | None:
    """The request that a node is ours for now."""
    query = select(ExternalRequestRow).where(
        ExternalRequestRow.node == node, col(ExternalRequestRow.completed_at).is_(None)
    )
    return session.exec(query).first()


def still_open(session: Session) -> Sequence[ExternalRequestRow]:
    """Requests that are not completed, oldest first."""
    query = select(ExternalRequestRow).where(col(ExternalRequestRow.completed_at).is_(None))
    return session.exec(query.order_by(col(ExternalRequestRow.id))).all()


def untold(session: Session) -> Sequence[ExternalRequestRow]:
    """Requests whose end the system that asked does not know, oldest first."""
    query = select(ExternalRequestRow).where(
        col(ExternalRequestRow.completed_at).is_not(None), col(ExternalRequestRow.told_at).is_(None)
    )
    return session.exec(query.order_by(col(ExternalRequestRow.id))).all()


def signal_of(session: Session, row: ExternalRequestRow) -> SignalRow:
    """The signal that a request became; both were written together."""
    return session.exec(select(SignalRow).where(SignalRow.origin == row.signal_origin)).one()


def incident_of(session: Session, row: ExternalRequestRow) -> IncidentRow | None:
    """The incident that a request's signal belongs to."""
    incident_id = signal_of(session, row).incident_id
    return None if incident_id is None else session.get(IncidentRow, incident_id)
