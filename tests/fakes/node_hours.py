"""Rows of the hourly roll-up, one by one; the controller itself only ever adds them up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from thirdshift_controller.costs.usage.records import NodeHour
from thirdshift_controller.store.tables import NodeHourRow


def between(session: Session, from_at: datetime, to_at: datetime) -> Sequence[NodeHour]:
    """The hours that start in the window."""
    query = select(NodeHourRow).where(
        col(NodeHourRow.hour_at) >= from_at, col(NodeHourRow.hour_at) < to_at
    )
    return [NodeHour(**row.model_dump()) for row in session.exec(query)]
