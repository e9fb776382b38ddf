"""The inbox: what is open, unowned first; and where hands are off."""

from __future__ import annotations

from datetime import datetime

from thirdshift_tui.actions import Where, bindings
from thirdshift_tui.draw.holds import hands_off_lines
from thirdshift_tui.draw.incidents import incident_rows
from thirdshift_tui.draw.ink import rows
from thirdshift_tui.draw.words import zone
from thirdshift_tui.live import Known
from thirdshift_tui.screens.listing import ListingScreen


class InboxScreen(ListingScreen):
    """Key 2."""

    WHERE = Where.INBOX
    BINDINGS = bindings(Where.INBOX)

    def draw(self, known: Known, now: datetime) -> None:
        """Show the open incidents as they were last told, then what is held and paused."""
        local = zone(known.floor.timezone)
        self.page.show(
            lambda width: [
                *incident_rows(known.incidents, now, width, "Inbox"),
                *rows(hands_off_lines(known.holds, known.pauses, now, local, width)),
            ]
        )
