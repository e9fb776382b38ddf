"""What has happened and changes no more, in order: for statistics that go on from there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from thirdshift_controller.store.tables import IncidentRow, PhaseRow


class Detection(NamedTuple):
    """When a fault began to show, and when it was an incident."""

    number: int
    began_at: datetime
    opened_at: datetime


def detections(session: Session, after: int) -> Iterator[Detection]:
    """Those after a number, in order."""
    query = select(PhaseRow.id, PhaseRow.from_at, PhaseRow.to_at).where(
        PhaseRow.phase == "detect", col(PhaseRow.id) > after
    )
    return (Detection(*row) for row in session.exec(query.order_by(col(PhaseRow.id))))


class Outage(NamedTuple):
    """An incident that took GPUs of a node out of service, and is over."""

    node: str
    begun_at: datetime
    closed_at: datetime


def outages(session: Session, runbooks: Iterable[str], after: datetime) -> Iterator[Outage]:
    """Those of these pages that were closed after an instant, in that order."""
    query = select(IncidentRow.node, IncidentRow.begun_at, IncidentRow.closed_at).where(
        col(IncidentRow.closed_at) > after,
        IncidentRow.node != "",
        IncidentRow.gpus_out > 0,
        col(IncidentRow.runbook).in_(list(runbooks)),
    )
    return (Outage(*row) for row in session.exec(query.order_by(col(IncidentRow.closed_at))))
