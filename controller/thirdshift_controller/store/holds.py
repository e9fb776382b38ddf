"""Queries over holds, and over the budget's pauses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from thirdshift_controller.store.tables import HoldRow, PauseRow


def in_force(session: Session, now: datetime) -> Sequence[HoldRow]:
    """Holds that have begun, have not ended and were not lifted; oldest first."""
    query = select(HoldRow).where(
        col(HoldRow.lifted_at).is_(None),
        col(HoldRow.from_at) <= now,
        or_(col(HoldRow.until_at).is_(None), col(HoldRow.until_at) > now),
    )
    return session.exec(query.order_by(col(HoldRow.id))).all()


def standing(session: Session, now: datetime) -> Sequence[HoldRow]:
    """Those in force and those that will be."""
    query = select(HoldRow).where(
        col(HoldRow.lifted_at).is_(None),
        or_(col(HoldRow.until_at).is_(None), col(HoldRow.until_at) > now),
    )
    return session.exec(query.order_by(col(HoldRow.from_at), col(HoldRow.id))).all()


def by_id(session: Session, hold_id: int) -> HoldRow | None:
    """One hold."""
    return session.get(HoldRow, hold_id)


def pauses(session: Session, now: datetime) -> Sequence[PauseRow]:
    """The pauses that are not over; oldest first."""
    query = select(PauseRow).where(col(PauseRow.until_at) > now)
    return session.exec(query.order_by(col(PauseRow.id))).all()
