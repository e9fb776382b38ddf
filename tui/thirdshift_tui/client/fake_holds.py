"""The fake's holds and pauses: a hold is its placer's or a lead's to lift."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from thirdshift_controller.wire import Hold, Pause, Role, Scope
from thirdshift_tui.client import scripted
from thirdshift_tui.client.errors import RefusedError
from thirdshift_tui.client.fake_caller import FakeCaller


class FakeHolds(FakeCaller):
    """Hands off."""

    def __init__(self) -> None:
        super().__init__()
        self.standing = {one.id: one for one in scripted.holds()}
        self.paused = scripted.pauses()

    async def holds(self) -> tuple[Hold, ...]:
        """Those that nobody has lifted."""
        self._reached()
        return tuple(one for one in self.standing.values() if one.lifted_at is None)

    async def place_hold(
        self, scope: Scope, scope_name: str, reason: str, until_at: datetime | None
    ) -> Hold:
        """A hold from now on."""
        self._may_work()
        placed = Hold(
            id=f"HOLD-{len(self.standing) + 1}",
            scope=scope,
            scope_name=scope_name,
            reason=reason,
            placed_by=self._name,
            placed_at=self.now,
            from_at=self.now,
            until_at=until_at,
        )
        self.standing[placed.id] = placed
        return placed

    async def lift_hold(self, identity: str, reason: str) -> Hold:
        """Whoever lifted it first stays."""
        self._may_work()
        if identity not in self.standing:
            raise RefusedError(f"there is no hold {identity}")
        hold = self.standing[identity]
        if self._name != hold.placed_by and self.me_now.role is not Role.LEAD:
            raise RefusedError(f"{identity} is {hold.placed_by}'s; a lead may lift it")
        if hold.lifted_at is None:
            self.standing[identity] = replace(
                hold, lifted_at=self.now, lifted_by=self._name, lift_reason=reason
            )
        return self.standing[identity]

    async def pauses(self) -> tuple[Pause, ...]:
        """The scripted ones."""
        self._reached()
        return self.paused
