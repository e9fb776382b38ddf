"""The technician's home: the queue, the checklist of one order, and its runbook beside it.

Nothing is shown as done before the controller has said so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Markdown

from thirdshift_controller.wire import Me, Role, Runbook, WorkOrderDetail, WorkOrderSummary
from thirdshift_tui.actions import Where, bindings
from thirdshift_tui.client.port import Site
from thirdshift_tui.draw.incidents import spoken
from thirdshift_tui.draw.order import checklist_rows, next_step, queue_rows
from thirdshift_tui.draw.words import zone
from thirdshift_tui.live import Known
from thirdshift_tui.screens.base import SiteScreen
from thirdshift_tui.screens.node import NodeScreen
from thirdshift_tui.screens.note import NoteScreen
from thirdshift_tui.widgets.line_view import LineView

Ask = Callable[[Site, str], Awaitable[WorkOrderDetail]]
"""A request about the order of an id."""


class WorkScreen(SiteScreen):
    """Key 3."""

    WHERE = Where.WORK
    BINDINGS = bindings(Where.WORK)

    def __init__(self) -> None:
        super().__init__()
        self._orders: tuple[WorkOrderSummary, ...] = ()
        self._order: WorkOrderDetail | None = None
        self._runbook: Runbook | None = None
        self._rendered: Runbook | None = None
        self._mine: bool | None = None
        self._next_step: str | None = None

    def body(self) -> ComposeResult:
        """Yield the queue above, the checklist and the runbook below."""
        yield LineView("queue", cursor=True)
        with Horizontal(id="panes"):
            yield LineView("steps", cursor=True)
            with VerticalScroll(id="runbook", can_focus=False):
                yield Markdown(open_links=False)

    async def fetch(self, site: Site) -> None:
        """Load the queue, the chosen order and its runbook."""
        known = self.desk.live.known
        if known is None:
            return
        self._orders = await site.work_orders(self._assignee(known.me))
        identities = [order.id for order in self._orders]
        chosen = self.lines("#queue").chosen
        if not identities:
            self._order = self._runbook = None
            return
        await self._take(site, await site.work_order(_kept(chosen, identities)))

    def draw(self, known: Known, now: datetime) -> None:
        """Show the queue, the order and the runbook."""
        mine = self._assignee(known.me) is not None
        self.lines("#queue").show(lambda width: queue_rows(self._orders, width, mine))
        local, order = zone(known.floor.timezone), self._order
        self.lines("#steps").show(
            lambda width: checklist_rows(order, local, width) if order else []
        )
        if self._next_step is not None:
            self.lines("#steps").choose(self._next_step)
            self._next_step = None
        if self._rendered != self._runbook:
            self._rendered = self._runbook
            self.query_one(Markdown).update(self._runbook.markdown if self._runbook else "")

    def action_move(self, step: int) -> None:
        """Move among the steps."""
        self.lines("#steps").move(step)

    def action_order(self, step: int) -> None:
        """Go to another order of the queue."""
        self.lines("#queue").move(step)
        self._order = None  # until its steps are here, no key may act on the order before
        self.redraw()
        self.desk.load()

    def action_runbook(self, pages: int) -> None:
        """Scroll the runbook."""
        pane = self.query_one("#runbook", VerticalScroll)
        pane.scroll_relative(y=pages * max(1, pane.size.height - 1), animate=False)

    def action_mine(self) -> None:
        """Change between my queue and everybody's."""
        if known := self.desk.live.known:
            self._mine = self._assignee(known.me) is None
            self.desk.load()

    def action_acknowledge(self) -> None:
        """Accept the order."""
        self._ask(lambda site, order: site.acknowledge_work_order(order))

    def action_start(self) -> None:
        """Start the work."""
        self._ask(lambda site, order: site.start_work_order(order))

    def action_close(self) -> None:
        """Close the order; the controller refuses while steps are undone."""
        self._ask(lambda site, order: site.close_work_order(order))

    def action_tick(self) -> None:
        """Tick the selected step."""
        self._tick("")

    def action_note(self) -> None:
        """Tick the selected step with a note."""
        step = self.lines("#steps").chosen
        if step is not None:
            self.app.push_screen(NoteScreen(f"Note for step {step}:"), self._tick)

    def action_open(self) -> None:
        """Go to the order's node."""
        if self._order is not None:
            self.app.push_screen(NodeScreen(self._order.summary.node))

    def _tick(self, note: str | None) -> None:
        step = self.lines("#steps").chosen
        if step is not None and note is not None:
            self._ask(lambda site, order: site.tick_step(order, int(step), note))

    def _ask(self, ask: Ask) -> None:
        if self._order is None:
            self.desk.say("There is no work order here.")
            return
        identity = self._order.summary.id

        async def deed(site: Site) -> None:
            answer = await ask(site, identity)
            self.desk.say(f"{identity} is {spoken(answer.summary.state)}.")
            await self._take(site, answer)

        self.desk.act(deed)

    async def _take(self, site: Site, order: WorkOrderDetail) -> None:
        self._order, before = order, self._order
        if before is None or _progress(before) != _progress(order):
            self._next_step = next_step(order)
        if self._runbook is None or self._runbook.id != order.runbook:
            self._runbook = None
            self._runbook = await site.runbook(order.runbook)

    def _assignee(self, me: Me) -> str | None:
        mine = me.role is not Role.LEAD if self._mine is None else self._mine
        return me.person if mine else None


def _kept(chosen: str | None, identities: list[str]) -> str:
    return chosen if chosen in identities else identities[0]


def _progress(order: WorkOrderDetail) -> tuple[str, int]:
    return order.summary.id, order.summary.steps_done
