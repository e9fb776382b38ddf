"""A scope that is full is closed for a while, and a signal says so once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from thirdshift_agent.wire import SignalSource
from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.incidents.pauses import stop
from thirdshift_controller.remedies.budget import Refusal
from thirdshift_controller.store import signals
from thirdshift_controller.store.tables import PauseRow, SignalRow


def pause(
    session: Session, refusal: Refusal, node: Node, now: datetime, cooldown: timedelta
) -> PauseRow:
    """Close a scope for its cool-down; a signal says so, and its page says who may do what."""
    scope, name = refusal.place
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
    return stop(session, refusal.place, refusal.reason, now, cooldown)
