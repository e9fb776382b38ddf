"""A scope that was full is closed for a while: written down, told once, and over by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from thirdshift_agent.wire import SignalSource
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.remedies.budget import Refusal
from thirdshift_controller.store import signals
from thirdshift_controller.store.tables import PauseRow, SignalRow


def pause(
    session: Session, refusal: Refusal, node: Node, now: datetime, cooldown: timedelta
) -> PauseRow:
    """Close a scope for its cool-down; a signal says so, and its page says who may do what."""
    scope, name = refusal.place
    row = PauseRow(
        scope=scope,
        scope_name=name,
        reason=refusal.reason,
        since_at=now,
        until_at=now + cooldown,
    )
    session.add(row)
    told = SignalRow(
        origin=f"budget:{scope}:{name}:{now.isoformat()}",
        node=node.name,
        at=now,
        received_at=now,
        kind="budget",
        code="paused",
        source=SignalSource.CONTROLLER,
        message=f"no remote action in {scope} {name} for now: {refusal.reason}",
    )
    signals.keep(session, [told])
    return row
