"""Queries over the hourly roll-up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session, col, select

from thirdshift_controller.costs.usage.records import NodeHour
from thirdshift_controller.store.tables import NodeHourRow
from thirdshift_controller.store.upsert import add_up


def add(session: Session, hours: Iterable[NodeHour]) -> None:
    """Add pieces of hours to what is already there."""
    add_up(session, NodeHourRow, [asdict(hour) for hour in hours], keys=("node", "hour_at"))


def between(session: Session, from_at: datetime, to_at: datetime) -> Sequence[NodeHour]:
    """The hours that start in the window."""
    query = select(NodeHourRow).where(
        col(NodeHourRow.hour_at) >= from_at, col(NodeHourRow.hour_at) < to_at
    )
    return [NodeHour(**row.model_dump()) for row in session.exec(query)]
