"""The inbox: what is open, unowned first."""

from __future__ import annotations

from datetime import datetime

from thirdshift_tui.actions import Where, bindings
from thirdshift_tui.draw.incidents import incident_rows
from thirdshift_tui.live import Known
from thirdshift_tui.screens.listing import ListingScreen


class InboxScreen(ListingScreen):
    """Key 2."""

    WHERE = Where.INBOX
    BINDINGS = bindings(Where.INBOX)

    def draw(self, known: Known, now: datetime) -> None:
        """Show the open incidents as they were last told."""
        self.page.show(lambda width: incident_rows(known.incidents, now, width, "Inbox"))
