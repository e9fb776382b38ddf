"""What all screens share: the status line, the notice, the keys, and the way to the site."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import ClassVar, Protocol, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Static

from thirdshift_tui.actions import Where, footer
from thirdshift_tui.client.port import Site
from thirdshift_tui.draw.incidents import NOBODY
from thirdshift_tui.draw.ink import Row
from thirdshift_tui.draw.status import notice_line, status_line
from thirdshift_tui.live import Known, Live
from thirdshift_tui.screens.note import NoteScreen
from thirdshift_tui.widgets.line_view import LineView

_LEAST_WIDTH, _LEAST_HEIGHT, _WIDE = 80, 24, 160

Deed = Callable[[Site], Awaitable[None]]


class Desk(Protocol):
    """What a screen may use of the application."""

    live: Live
    monotonic: Callable[[], float]

    def load(self) -> None:
        """Fetch what the screen in front shows, in the background."""
        ...

    def act(self, deed: Deed) -> None:
        """Do something with the site in the background, then ask for everything again."""
        ...

    def say(self, words: str) -> None:
        """Show one line to the user."""
        ...


class SiteScreen(Screen[None]):
    """A screen over the site's state."""

    WHERE: ClassVar[Where]
    AUTO_FOCUS = ""
    ready = False

    @property
    def desk(self) -> Desk:
        """The application, as far as a screen may know it."""
        return cast(Desk, self.app)

    @abstractmethod
    def body(self) -> ComposeResult:
        """Yield the screen's own widgets."""

    async def fetch(self, site: Site) -> None:
        """Load what this screen shows beyond the floor and the open incidents."""

    @abstractmethod
    def draw(self, known: Known, now: datetime) -> None:
        """Show what is known, as of the site's instant `now`."""

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield LineView("status")
        with Container(id="body"):
            yield from self.body()
        yield LineView("notice")
        yield LineView("keys")
        yield Static(f"Thirdshift needs {_LEAST_WIDTH}x{_LEAST_HEIGHT}.", id="small", markup=False)

    def on_mount(self) -> None:
        """Show the keys, which never change."""
        self.lines("#keys").show(lambda width: [Row(footer(self.WHERE))])
        self.ready = True

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the new size, or say that it is too small."""
        width, height = event.size
        self.set_class(width < _LEAST_WIDTH or height < _LEAST_HEIGHT, "-small")
        self.set_class(width >= _WIDE, "-wide")

    def on_screen_resume(self) -> None:
        """Draw what is known at once, then ask for what is new."""
        self.redraw()
        self.desk.load()

    def redraw(self) -> None:
        """Draw all that is known and how old it is; called every second, for ages grow."""
        if not self.ready or not self.query("#status"):
            return  # not laid out yet, or no more: the program is ending
        live, at = self.desk.live, self.desk.monotonic()
        known, now = live.known, live.now(at)
        self.set_class(known is not None and live.is_stale(at), "-stale")
        self.lines("#status").show(lambda width: [Row(status_line(live, at, width))])
        self.lines("#notice").show(lambda width: [Row(notice_line(live, at, width))])
        if known is not None and now is not None:
            self.draw(known, now)

    def lines(self, selector: str) -> LineView:
        """Return one of the screen's line views."""
        return self.query_one(selector, LineView)

    def acknowledge(self, incident: str | None) -> None:
        """Own an incident, and say whose it is now."""
        if incident is None:
            self.desk.say("There is no incident here.")
            return

        async def deed(site: Site) -> None:
            answer = await site.acknowledge_incident(incident)
            self.desk.say(f"{incident} is owned by {answer.summary.owner or NOBODY}.")

        self.desk.act(deed)

    def ask_why(self, question: str, then: Callable[[str], None]) -> None:
        """Ask for a reason, and go on with it; without one nothing is done."""

        def answered(reason: str | None) -> None:
            if reason is None:
                return
            if reason.strip():
                then(reason.strip())
            else:
                self.desk.say("It needs a reason, for whoever comes next.")

        self.app.push_screen(NoteScreen(question), answered)

    def action_back(self) -> None:
        """Go up one level."""
        self.dismiss()
