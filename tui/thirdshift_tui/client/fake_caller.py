"""Who asks the fake, when, and whether it can be reached at all."""

from __future__ import annotations

from datetime import datetime

from thirdshift_controller.wire import Me, Role
from thirdshift_tui.client import scripted
from thirdshift_tui.client.errors import RefusedError, SiteError

ANA = Me("ana's console", Role.TECHNICIAN, "ana")


class FakeCaller:
    """Set `failure` and every call raises it; set `me_now` and somebody else asks."""

    def __init__(self) -> None:
        self.me_now = ANA
        self.now: datetime = scripted.NOW
        self.failure: SiteError | None = None

    async def me(self) -> Me:
        """Whoever `me_now` is."""
        self._reached()
        return self.me_now

    async def aclose(self) -> None:
        """Nothing is held."""

    @property
    def _name(self) -> str:
        return self.me_now.person or self.me_now.name

    def _reached(self) -> None:
        if self.failure is not None:
            raise self.failure

    def _may_work(self) -> None:
        self._reached()
        if self.me_now.role not in (Role.TECHNICIAN, Role.LEAD):
            raise RefusedError(f"a {self.me_now.role} may look and not touch")

    def _may_decide(self) -> None:
        self._reached()
        if self.me_now.role is not Role.LEAD:
            raise RefusedError(f"{self.me_now.name} is {self.me_now.role}; this needs lead")
