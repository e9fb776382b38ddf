"""The technician's home: the queue, the checklist of one order, and its runbook beside it.

Nothing is shown as done before the controller has said so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Markdown

from thirdshift_controller.wire import (
    Role,
    Runbook,
    WorkOrderDetail,
    WorkOrderStep,
    WorkOrderSummary,
)
from thirdshift_tui.actions import Where, bindings
from thirdshift_tui.client.port import Site
from thirdshift_tui.draw.incidents import spoken
from thirdshift_tui.draw.ink import Row
from thirdshift_tui.draw.order import (
    checklist_rows,
    farewell,
    next_step,
    place_line,
    queue_rows,
    waits,
)
from thirdshift_tui.draw.words import NOT_LOADED, zone
from thirdshift_tui.live import Known
from thirdshift_tui.screens.base import SiteScreen
from thirdshift_tui.screens.incident import IncidentScreen
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
        self._orders: tuple[WorkOrderSummary, ...] | None = None
        self._chosen: str | None = None
        self._order: WorkOrderDetail | None = None
        self._runbook: Runbook | None = None
        self._rendered: Runbook | None = None
        self._mine: bool | None = None
        self._next_step: str | None = None
        self._ticking: set[int] = set()

    def body(self) -> ComposeResult:
        """Yield the queue and the unit's place above, the checklist and the runbook below."""
        yield LineView("queue", cursor=True)
        yield LineView("place", cursor=True)
        with Horizontal(id="panes"):
            yield LineView("steps", cursor=True)
            with VerticalScroll(id="runbook", can_focus=False):
                yield Markdown(open_links=False)

    async def fetch(self, site: Site) -> None:
        """Load the queue, the chosen order and its runbook."""
        if self.desk.live.known is None:
            return
        assignee = self._assignee
        listed = await site.work_orders(assignee)
        if assignee != self._assignee:
            return  # the other queue was asked for meanwhile
        if self._chosen is None or self._orders is None:
            self._choose(_kept(self._chosen, listed))
        if self._chosen is None:
            self._orders, self._runbook = (), None
            return
        order = await site.work_order(self._chosen)
        self._orders = _with(order.summary, listed, self._orders or ())
        await self._take(site, order)

    def draw(self, known: Known, now: datetime) -> None:
        """Show the queue, the order and the runbook."""
        queue, assignee, person = self.lines("#queue"), self._assignee, known.me.person
        queue.show(lambda width: queue_rows(self._orders, assignee, person, width))
        queue.choose(self._chosen)
        local, order = zone(known.floor.timezone), self._order
        self.lines("#place").show(lambda width: [Row(place_line(order.summary))] if order else [])
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
        queue = self.lines("#queue")
        queue.move(step)
        self._choose(queue.chosen)
        self.redraw()
        self.desk.load()

    def action_runbook(self, pages: int) -> None:
        """Scroll the runbook."""
        pane = self.query_one("#runbook", VerticalScroll)
        pane.scroll_relative(y=pages * max(1, pane.size.height - 1), animate=False)

    def action_mine(self) -> None:
        """Change between my queue and everybody's."""
        known = self.desk.live.known
        if known is None:
            return
        if known.me.person is None:
            self.desk.say("This token has no person, so it has no queue of its own.")
            return
        self._mine = self._assignee is None
        self._orders = None
        self.redraw()
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
        step = self._step_to_act_on()
        if step is None:
            return
        if step.done_at is not None:
            self.desk.say(f"Step {step.number} is done already; b gives it another note.")
        else:
            self._tick(step.number, None)

    def action_note(self) -> None:
        """Tick the selected step with a note, or give a done one another."""
        step = self._step_to_act_on()
        if step is None:
            return

        def noted(note: str | None) -> None:
            if note is not None:
                self._tick(step.number, note or None)

        self.app.push_screen(NoteScreen(f"Note for step {step.number}:"), noted)

    def action_open(self) -> None:
        """Go to the order's node, or to its incident where that is about many."""
        if self._order is None:
            return
        order = self._order.summary
        self.app.push_screen(
            NodeScreen(order.node) if order.node else IncidentScreen(order.incident)
        )

    def _step_to_act_on(self) -> WorkOrderStep | None:
        """Return the step under the cursor, or say why no key may act on it."""
        step, refusal = self._step, self._refusal
        if refusal is None and step is None:
            refusal = "There is no step here."
        if step is not None and step.number in self._ticking:
            refusal = f"Step {step.number} is on its way: wait for the answer."
        if refusal is not None:
            self.desk.say(refusal)
            return None
        return step

    def _tick(self, number: int, note: str | None) -> None:
        async def tick(site: Site, order: str) -> WorkOrderDetail:
            try:
                return await site.tick_step(order, number, note)
            finally:
                self._ticking.discard(number)

        if self._ask(tick):
            self._ticking.add(number)

    def _ask(self, ask: Ask) -> bool:
        """Ask about the order in front, or say why not and return False."""
        if refusal := self._refusal:
            self.desk.say(refusal)
            return False
        assert self._order is not None
        identity = self._order.summary.id

        async def deed(site: Site) -> None:
            answer = await ask(site, identity)
            self.desk.say(f"{identity} is {spoken(answer.summary.state)}.")
            await self._take(site, answer)

        self.desk.act(deed)
        return True

    async def _take(self, site: Site, order: WorkOrderDetail) -> None:
        if order.summary.id != self._chosen:
            return  # another was chosen while this one was on its way
        before, self._order = self._order, order
        if before is None or (
            before.summary.steps_done != order.summary.steps_done and self._on_done
        ):
            self._next_step = next_step(order)
        if self._runbook is None or self._runbook.id != order.runbook:
            self._runbook = None
            self._runbook = await site.runbook(order.runbook)

    def _choose(self, identity: str | None) -> None:
        if identity != self._chosen:
            self._chosen = identity
            self._order = None  # until its steps are here, no key may act on the order before

    @property
    def _refusal(self) -> str | None:
        """Why no key may act on the order in front."""
        if self._order is None:
            chosen = self._chosen
            return f"{chosen}: {NOT_LOADED}" if chosen else "There is no work order here."
        order = self._order.summary
        return None if waits(order, self._assignee) else farewell(order)

    @property
    def _step(self) -> WorkOrderStep | None:
        """The step under the cursor."""
        key = self.lines("#steps").chosen
        steps = self._order.steps if self._order else ()
        return next((step for step in steps if str(step.number) == key), None)

    @property
    def _on_done(self) -> bool:
        step = self._step
        return step is not None and step.done_at is not None

    @property
    def _assignee(self) -> str | None:
        """Whose queue is shown; None is everybody's."""
        known = self.desk.live.known
        if known is None:
            return None
        mine = known.me.role is not Role.LEAD if self._mine is None else self._mine
        return known.me.person if mine else None


def _kept(chosen: str | None, listed: Sequence[WorkOrderSummary]) -> str | None:
    identities = [order.id for order in listed]
    return chosen if chosen in identities else next(iter(identities), None)


def _with(
    chosen: WorkOrderSummary,
    listed: tuple[WorkOrderSummary, ...],
    before: tuple[WorkOrderSummary, ...],
) -> tuple[WorkOrderSummary, ...]:
    """Return the queue with the chosen order in it: one that has left keeps its place."""
    if chosen.id in (order.id for order in listed):
        return listed
    at = next((at for at, order in enumerate(before) if order.id == chosen.id), len(listed))
    return (*listed[:at], chosen, *listed[at:])
