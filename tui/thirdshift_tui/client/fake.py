"""A site in memory that answers, refuses and fails as a controller does. For tests and drawings.

It keeps the rules a user can run into, room by room, and nothing else of the controller.
"""

from __future__ import annotations

from datetime import timedelta

from thirdshift_controller.wire import Floor, NodeDetail, OnShift, RowCell, Runbook
from thirdshift_tui.client import scripted
from thirdshift_tui.client.errors import RefusedError
from thirdshift_tui.client.fake_cells import cells, node_detail
from thirdshift_tui.client.fake_holds import FakeHolds
from thirdshift_tui.client.fake_orders import FakeOrders


class FakeSite(FakeOrders, FakeHolds):
    """The whole site."""

    def __init__(self, rows: tuple[RowCell, ...] | None = None, speed: float = 1.0) -> None:
        super().__init__()
        self.rows = scripted.rows() if rows is None else rows
        self.speed = speed

    async def floor(self) -> Floor:
        """The rows with the incidents and the holds painted on."""
        self._reached()
        ends_at = self.now + timedelta(hours=3, minutes=28)
        return Floor(
            site="toronto-1",
            timezone="America/Toronto",
            now=self.now,
            speed=self.speed,
            stale_after_seconds=60,
            on_shift=OnShift("day", "ana", ends_at),
            rows=cells(self.rows, self.open_incidents.values(), await self.holds()),
        )

    async def node(self, name: str) -> NodeDetail:
        """A node whose readings follow from its state."""
        floor, known = await self.floor(), tuple(self.open_incidents.values())
        found = node_detail(floor, name, known, await self.holds())
        if found is None:
            raise RefusedError(f"there is no node {name}")
        return found

    async def runbook(self, identity: str) -> Runbook:
        """The scripted page."""
        self._reached()
        return scripted.runbook(identity)
