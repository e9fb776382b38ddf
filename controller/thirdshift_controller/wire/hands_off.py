"""Where nothing automatic happens, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from thirdshift_controller.wire.words import Scope


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing automatic happens there until it is lifted, or until its end."""

    id: str
    scope: Scope
    scope_name: str
    reason: str
    placed_by: str
    placed_at: datetime
    from_at: datetime
    until_at: datetime | None
    lifted_at: datetime | None = None
    lifted_by: str | None = None
    lift_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """The budget of a scope is spent: no remote action there until it ends by itself."""

    scope: Scope
    scope_name: str
    reason: str
    since_at: datetime
    until_at: datetime
