"""One incident, whole; and a lead's word on what is proposed for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from textual.app import ComposeResult

from thirdshift_controller.wire import Attempt, IncidentDetail, RungRecord
from thirdshift_tui.actions import Where, bindings
from thirdshift_tui.client.port import Site
from thirdshift_tui.draw.holds import Place
from thirdshift_tui.draw.incident import IncidentPage, incident_lines, proposed
from thirdshift_tui.draw.incidents import spoken, where
from thirdshift_tui.draw.ink import Ink, Line, rows, text
from thirdshift_tui.draw.words import NOT_LOADED, zone
from thirdshift_tui.live import Known
from thirdshift_tui.screens.confirm import ConfirmScreen
from thirdshift_tui.screens.holding import HoldingScreen, around
from thirdshift_tui.widgets.line_view import LineView


class IncidentScreen(HoldingScreen):
    """Opened from the inbox or from a node."""

    WHERE = Where.INCIDENT
    BINDINGS = bindings(Where.INCIDENT)

    def __init__(self, identity: str) -> None:
        super().__init__()
        self._identity = identity
        self._incident: IncidentDetail | None = None
        self._records: tuple[RungRecord, ...] = ()

    def body(self) -> ComposeResult:
        """Yield the page."""
        yield LineView("page")

    async def fetch(self, site: Site) -> None:
        """Load the incident, and what worked before."""
        self._incident = await site.incident(self._identity)
        self._records = await site.remedies()

    def draw(self, known: Known, now: datetime) -> None:
        """Show the incident."""
        incident, local = self._incident, zone(known.floor.timezone)
        page = IncidentPage(incident, self._records, self.holds) if incident else None
        self.lines("#page").show(
            lambda width: rows(
                incident_lines(page, now, local, width) if page else [self._unloaded]
            )
        )

    @property
    def places(self) -> Sequence[Place]:
        """Its node and what that is part of; or the wider place that it is about."""
        known = self.desk.live.known
        if self._incident is None or known is None:
            return ()
        summary = self._incident.summary
        if not summary.node:
            return ((summary.scope, summary.scope_name),)
        return around(summary.node, summary.rack, known)

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

    def action_approve(self) -> None:
        """Say yes to what is proposed."""
        if (attempt := self._proposed()) is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self._decide(
                    lambda site: site.approve(self._identity, attempt.number),
                    f"yes to {spoken(attempt.action)}",
                )

        self.app.push_screen(ConfirmScreen(f"Say yes to {self._meant(attempt)}?"), answered)

    def action_decline(self) -> None:
        """Say no to what is proposed."""
        if (attempt := self._proposed()) is None:
            return

        def answered(reason: str) -> None:
            self._decide(
                lambda site: site.decline(self._identity, attempt.number, reason),
                f"no to {spoken(attempt.action)}",
            )

        self.ask_why(f"Say no to {self._meant(attempt)}. Why?", answered)

    def action_let_die(self) -> None:
        """Wait for no running work."""

        def answered(reason: str) -> None:
            self._decide(lambda site: site.let_jobs_die(self._identity, reason), "its jobs may die")

        question = f"{self._identity}: let running jobs die rather than wait for them. Why?"
        self.ask_why(question, answered)

    def _proposed(self) -> Attempt | None:
        """Return the attempt that waits for a yes, or say that there is none."""
        attempt = proposed(self._incident) if self._incident else None
        if attempt is None:
            self.desk.say("Nothing is proposed here.")
        return attempt

    def _meant(self, attempt: Attempt) -> str:
        place = where(self._incident.summary) if self._incident else self._identity
        return f"{spoken(attempt.action)} on {place} ({attempt.command})"

    def _decide(self, ask: Callable[[Site], Awaitable[IncidentDetail]], word: str) -> None:
        async def deed(site: Site) -> None:
            self._incident = await ask(site)
            self.desk.say(f"{self._identity}: {word}.")

        self.desk.act(deed)
