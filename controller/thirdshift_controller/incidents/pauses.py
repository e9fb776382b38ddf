"""A scope in which nothing remote is done for a while: written down, and over by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from thirdshift_controller.fleet.inventory import Place
from thirdshift_controller.store.tables import PauseRow


def stop(
    session: Session, place: Place, reason: str, now: datetime, cooldown: timedelta
) -> PauseRow:
    """Close a scope for its cool-down."""
    scope, name = place
    row = PauseRow(
        scope=scope, scope_name=name, reason=reason, since_at=now, until_at=now + cooldown
    )
    session.add(row)
    return row
