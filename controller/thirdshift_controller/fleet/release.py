"""Whether a node's driver is released for maintenance, by what the node said last. Pure."""

from __future__ import annotations

from datetime import datetime

from thirdshift_agent.wire import Released, Snapshot


def release_of(snapshot: Snapshot | None, now: datetime) -> Released | None:
    """The release that is in force; one that has run out says nothing any more."""
    released = snapshot.released if snapshot else None
    return released if released and now < released.until_at else None
