"""How many there are: counted by the database, so that no row of a large outage is carried."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session, col, func, select

from thirdshift_controller.store.tables import AttemptRow, IncidentRow, WorkOrderRow


def open_incidents(session: Session) -> Mapping[tuple[str, ...], int]:
    """Open incidents by state and severity."""
    query = (
        select(IncidentRow.state, IncidentRow.severity, func.count())
        .where(col(IncidentRow.open_key).is_not(None))
        .group_by(col(IncidentRow.state), col(IncidentRow.severity))
    )
    return {(str(state), severity): times for state, severity, times in session.exec(query)}


def waits(session: Session) -> Mapping[str, int]:
    """Open incidents that wait, by the sentence that says for what."""
    query = (
        select(IncidentRow.waits_for, func.count())
        .where(col(IncidentRow.open_key).is_not(None), col(IncidentRow.waits_for).is_not(None))
        .group_by(col(IncidentRow.waits_for))
    )
    return {sentence: times for sentence, times in session.exec(query) if sentence is not None}


def reopened(session: Session) -> int:
    """How often incidents were opened again."""
    return session.exec(select(func.sum(IncidentRow.reopened))).one() or 0


def attempts(session: Session) -> Mapping[tuple[str, ...], int]:
    """Attempts by action and outcome."""
    query = select(AttemptRow.action, AttemptRow.outcome, func.count()).group_by(
        col(AttemptRow.action), col(AttemptRow.outcome)
    )
    return {(action, str(outcome)): times for action, outcome, times in session.exec(query)}


def open_orders(session: Session) -> Mapping[tuple[str, ...], int]:
    """Open work orders by state."""
    query = (
        select(WorkOrderRow.state, func.count())
        .where(col(WorkOrderRow.open_key).is_not(None))
        .group_by(col(WorkOrderRow.state))
    )
    return {(str(state),): times for state, times in session.exec(query)}
