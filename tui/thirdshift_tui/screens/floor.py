"""The floor: the whole site, the selected rack beside it, and what is open. Home of everybody."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Container

from thirdshift_tui.actions import Where, bindings
from thirdshift_tui.draw import place
from thirdshift_tui.draw.encode import legend
from thirdshift_tui.draw.incidents import incident_rows, unowned_first, unowned_nodes
from thirdshift_tui.draw.ink import Row
from thirdshift_tui.draw.place import Place, node_at
from thirdshift_tui.draw.rack import rack_rows
from thirdshift_tui.live import Known
from thirdshift_tui.screens.base import SiteScreen
from thirdshift_tui.screens.node import NodeScreen
from thirdshift_tui.widgets.floor_map import FloorMap
from thirdshift_tui.widgets.line_view import LineView


class FloorScreen(SiteScreen):
    """Key 1."""

    WHERE = Where.FLOOR
    BINDINGS = bindings(Where.FLOOR)
    at = Place()

    def body(self) -> ComposeResult:
        """Yield the map, the rack and the incidents."""
        with Container(id="floor"):
            yield FloorMap()
            with Container(id="side"):
                yield LineView("rack", cursor=True)
                yield LineView("incidents")
        yield LineView("legend")

    def draw(self, known: Known, now: datetime) -> None:
        """Show the floor as it was last told."""
        floor, incidents = known.floor, known.incidents
        self.at = place.clamped(floor, self.at)
        self.query_one(FloorMap).show(floor, self.at)
        self.lines("#rack").show(lambda width: rack_rows(floor, self.at, now, incidents, width))
        node = node_at(floor, self.at)
        self.lines("#rack").choose(node.name if node else None)
        self.lines("#incidents").show(
            lambda width: incident_rows(incidents, now, width, "Incidents", brief=True)
        )
        self.lines("#legend").show(lambda width: [Row(legend(width)[0])])

    def action_by_racks(self, step: int) -> None:
        """Move along the row."""
        if known := self._known:
            self._go(place.by_racks(known.floor, self.at, step))

    def action_by_nodes(self, step: int) -> None:
        """Move up or down the rack."""
        if known := self._known:
            self._go(place.by_nodes(known.floor, self.at, step))

    def action_by_rows(self, step: int) -> None:
        """Move to another row."""
        if known := self._known:
            self._go(place.by_rows(known.floor, self.at, step))

    def action_next(self, step: int) -> None:
        """Move to what needs a human."""
        known = self._known
        if known is None:
            return
        unowned = unowned_nodes(known.incidents)
        found = place.next_needing_human(known.floor, unowned, self.at, step)
        if found is None:
            self.desk.say("Nothing on the floor needs a human.")
        else:
            self._go(found)

    def action_zoom(self) -> None:
        """Show every GPU and scroll, or as much as fits."""
        floor_map = self.query_one(FloorMap)
        floor_map.every_gpu = not floor_map.every_gpu
        self.redraw()

    def action_open(self) -> None:
        """Go into the selected node."""
        node = node_at(self._known.floor, self.at) if self._known else None
        if node is not None:
            self.app.push_screen(NodeScreen(node.name))

    def action_acknowledge(self) -> None:
        """Own the selected node's incident; of several, one that nobody owns."""
        known = self._known
        node = node_at(known.floor, self.at) if known else None
        if known is None or node is None:
            self.acknowledge(None)
            return
        here = unowned_first(one for one in known.incidents if one.node == node.name)
        self.acknowledge(here[0].id if here else node.incident)

    @property
    def _known(self) -> Known | None:
        return self.desk.live.known

    def _go(self, at: Place) -> None:
        self.at = at
        self.redraw()
