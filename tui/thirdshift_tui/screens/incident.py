"""One incident, whole."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult

from thirdshift_controller.wire import IncidentDetail
from thirdshift_tui.actions import Where, bindings
from thirdshift_tui.client.port import Site
from thirdshift_tui.draw.incident import incident_lines
from thirdshift_tui.draw.ink import Ink, Line, rows, text
from thirdshift_tui.draw.words import NOT_LOADED, zone
from thirdshift_tui.live import Known
from thirdshift_tui.screens.base import SiteScreen
from thirdshift_tui.widgets.line_view import LineView


class IncidentScreen(SiteScreen):
    """Opened from the inbox or from a node."""

    WHERE = Where.INCIDENT
    BINDINGS = bindings(Where.INCIDENT)

    def __init__(self, identity: str) -> None:
        super().__init__()
        self._identity = identity
        self._incident: IncidentDetail | None = None

    def body(self) -> ComposeResult:
        """Yield the page."""
        yield LineView("page")

    async def fetch(self, site: Site) -> None:
        """Load the incident."""
        self._incident = await site.incident(self._identity)

    def draw(self, known: Known, now: datetime) -> None:
        """Show the incident."""
        incident, local = self._incident, zone(known.floor.timezone)
        self.lines("#page").show(
            lambda width: rows(
                incident_lines(incident, now, local, width) if incident else [self._unloaded]
            )
        )

    @property
    def _unloaded(self) -> Line:
        return text(f"{self._identity}: {NOT_LOADED}", Ink.MUTED)

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.lines("#page").scroll_by(lines)

    def action_page(self, step: int) -> None:
        """Scroll by a page."""
        self.lines("#page").scroll_by_pages(step)

    def action_acknowledge(self) -> None:
        """Own the incident."""
        self.acknowledge(self._identity)
