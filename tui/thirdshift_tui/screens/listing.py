"""A page with a list of incidents in it: what the inbox and a node have in common."""

from __future__ import annotations

from textual.app import ComposeResult

from thirdshift_tui.screens.base import SiteScreen
from thirdshift_tui.screens.incident import IncidentScreen
from thirdshift_tui.widgets.line_view import LineView


class ListingScreen(SiteScreen):
    """One page whose rows with a key are incidents."""

    def body(self) -> ComposeResult:
        """Yield the page."""
        yield LineView("page", cursor=True)

    @property
    def page(self) -> LineView:
        """The one widget of the body."""
        return self.lines("#page")

    def action_move(self, step: int) -> None:
        """Move among the incidents."""
        self.page.move(step)

    def action_page(self, step: int) -> None:
        """Scroll by a page."""
        self.page.scroll_by_pages(step)

    def action_open(self) -> None:
        """Go into the selected incident."""
        if self.page.chosen is not None:
            self.app.push_screen(IncidentScreen(self.page.chosen))

    def action_acknowledge(self) -> None:
        """Own the selected incident."""
        self.acknowledge(self.page.chosen)
