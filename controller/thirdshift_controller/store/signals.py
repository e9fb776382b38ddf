"""Queries over signals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, tuple_
from sqlmodel import Session, col, select, update

from thirdshift_controller.store.draft import Draft
from thirdshift_controller.store.tables import IncidentRow, SignalRow
from thirdshift_controller.store.upsert import insert_new


def keep(session: Session, rows: Sequence[SignalRow]) -> None:
    """Insert signals; one whose origin is already kept is left alone."""
    plain = [row.model_dump(exclude={"id"}) for row in rows]
    insert_new(session, SignalRow, plain, unique="origin")


def untriaged(session: Session, limit: int) -> Sequence[SignalRow]:
    """The oldest signals that nobody has looked at, in the order they happened."""
    query = select(SignalRow).where(col(SignalRow.triaged).is_(False))
    order = (col(SignalRow.at), col(SignalRow.node), col(SignalRow.id))
    return session.exec(query.order_by(*order).limit(limit)).all()


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


class Said(NamedTuple):
    """What a rule that counts must know of a signal."""

    node: str
    gpu_slot: int | None
    kind: str
    code: str
    at: datetime
    facts: dict[str, str]


def said(
    session: Session, nodes: Iterable[str], names: Iterable[str], since: datetime, until: datetime
) -> Iterator[Said]:
    """What these nodes said of these names between two instants, both included."""
    words = [tuple(name.split(":", 1)) for name in names]
    query = select(*(getattr(SignalRow, name) for name in Said._fields)).where(
        col(SignalRow.node).in_(list(nodes)),
        col(SignalRow.at).between(since, until),
        tuple_(col(SignalRow.kind), col(SignalRow.code)).in_(words),
    )
    return (Said(*row) for row in session.exec(query))


def since(session: Session, incident_id: int, after: datetime) -> Sequence[SignalRow]:
    """An incident's signals that happened after an instant."""
    query = select(SignalRow).where(SignalRow.incident_id == incident_id, col(SignalRow.at) > after)
    return session.exec(query.order_by(col(SignalRow.at))).all()


def latest_of_node(session: Session, node: str, limit: int) -> Sequence[SignalRow]:
    """What a node said lately, newest first."""
    query = select(SignalRow).where(SignalRow.node == node)
    return session.exec(query.order_by(col(SignalRow.id).desc()).limit(limit)).all()


def hand_over(session: Session, part: IncidentRow, whole: IncidentRow) -> None:
    """Make one incident's evidence another's."""
    moved = update(SignalRow).where(col(SignalRow.incident_id) == part.id)
    session.connection().execute(moved.values(incident_id=whole.id))
    whole.heard = list(dict.fromkeys((*whole.heard, *part.heard)))
    session.add(whole)


def place(session: Session, placed: Iterable[tuple[SignalRow, IncidentRow | Draft | None]]) -> None:
    """Write down where signals belong; nobody need look at them again."""
    values = [
        {"signal_id": signal.id, "belongs_to": incident.id if incident else None}
        for signal, incident in placed
    ]
    if values:
        table = SignalRow.__table__  # type: ignore[attr-defined]
        where = update(table).where(table.c.id == bindparam("signal_id"))
        filled = where.values(triaged=True, incident_id=bindparam("belongs_to"))
        session.connection().execute(filled, values)
