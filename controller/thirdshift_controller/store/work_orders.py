"""Queries over work orders and their checklists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from thirdshift_controller.store.tables import StepRow, WorkOrderRow
from thirdshift_controller.wire import WorkOrderState


def by_id(session: Session, order_id: int) -> WorkOrderRow | None:
    """One order."""
    return session.get(WorkOrderRow, order_id)


def still_open(session: Session) -> Sequence[WorkOrderRow]:
    """Orders that are neither done nor cancelled, oldest first."""
    query = select(WorkOrderRow).where(col(WorkOrderRow.open_key).is_not(None))
    return session.exec(query.order_by(col(WorkOrderRow.id))).all()


def open_for(session: Session, incident_id: int) -> WorkOrderRow | None:
    """An incident's open order."""
    return session.exec(select(WorkOrderRow).where(WorkOrderRow.open_key == incident_id)).first()


def latest_by_incident(session: Session, incident_ids: Iterable[int]) -> dict[int, int]:
    """The newest order of each incident: incident id to order id."""
    query = select(WorkOrderRow).where(col(WorkOrderRow.incident_id).in_(list(incident_ids)))
    rows = session.exec(query.order_by(col(WorkOrderRow.id)))
    return {row.incident_id: row.id for row in rows if row.id is not None}


def recent(session: Session, limit: int) -> Sequence[WorkOrderRow]:
    """All orders, newest first."""
    return session.exec(
        select(WorkOrderRow).order_by(col(WorkOrderRow.id).desc()).limit(limit)
    ).all()


def load_by_person(session: Session) -> Counter[str]:
    """Open orders by whom they lie with."""
    return Counter(row.assignee for row in still_open(session) if row.assignee)


def steps(session: Session, order_ids: Iterable[int]) -> dict[int, list[StepRow]]:
    """The checklists of these orders, each in order."""
    query = select(StepRow).where(col(StepRow.work_order_id).in_(list(order_ids)))
    lists: dict[int, list[StepRow]] = {}
    for row in session.exec(query.order_by(col(StepRow.work_order_id), col(StepRow.number))):
        lists.setdefault(row.work_order_id, []).append(row)
    return lists


def withdraw(session: Session, incident_id: int) -> bool:
    """Cancel an incident's order unless somebody has it in hand; whether none is left open."""
    order = open_for(session, incident_id)
    if order is None:
        return True
    if in_hand(order.state):
        return False
    order.state, order.open_key = WorkOrderState.CANCELLED, None
    session.add(order)
    session.flush()
    return True


def was_worked(session: Session, incident_id: int) -> bool:
    """Whether hands have finished an order of the incident."""
    query = select(WorkOrderRow.id).where(
        WorkOrderRow.incident_id == incident_id, WorkOrderRow.state == WorkOrderState.DONE
    )
    return session.exec(query).first() is not None


def in_hand(state: WorkOrderState) -> bool:
    """Whether somebody has taken the order up, so that it stays with them."""
    return state in (WorkOrderState.ACKNOWLEDGED, WorkOrderState.STARTED)
