"""One node: its GPUs, what is open on it, what it said lately."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from thirdshift_controller.wire import Hold, NodeDetail
from thirdshift_tui.actions import Where, bindings
from thirdshift_tui.client.port import Site
from thirdshift_tui.draw.holds import Place, place_of
from thirdshift_tui.draw.ink import Ink, Row, text
from thirdshift_tui.draw.node import node_rows
from thirdshift_tui.draw.words import NOT_LOADED, zone
from thirdshift_tui.live import Known
from thirdshift_tui.screens.holding import HoldingScreen, around
from thirdshift_tui.screens.listing import ListingScreen


class NodeScreen(HoldingScreen, ListingScreen):
    """Opened from the floor or from a work order."""

    WHERE = Where.NODE
    BINDINGS = bindings(Where.NODE)

    def __init__(self, node_name: str) -> None:
        super().__init__()
        self._node_name = node_name
        self._node: NodeDetail | None = None

    async def fetch(self, site: Site) -> None:
        """Load the node."""
        self._node = await site.node(self._node_name)

    def draw(self, known: Known, now: datetime) -> None:
        """Show the node."""
        node, local = self._node, zone(known.floor.timezone)
        self.page.show(
            lambda width: (
                node_rows(node, self.holds, now, local, width) if node else [self._unloaded]
            )
        )

    @property
    def known_holds(self) -> Sequence[Hold]:
        """Every hold, and the one over this node, which the controller knows best."""
        hold = self._node.hold if self._node else None
        listed = super().known_holds
        return listed if hold is None or hold in listed else (*listed, hold)

    @property
    def places(self) -> Sequence[Place]:
        """The node, its rack and site, and whatever the hold over it is on."""
        known, node = self.desk.live.known, self._node
        if node is None or known is None:
            return ()
        near = around(node.name, node.rack, known)
        return near if node.hold is None else (*near, place_of(node.hold))

    @property
    def _unloaded(self) -> Row:
        return Row(text(f"{self._node_name}: {NOT_LOADED}", Ink.MUTED))
