"""A site in memory that answers, refuses and fails as a controller does. For tests and drawings.

It keeps the rules a user can run into (own before you start, start before you tick, tick before you
close) and nothing else of the controller.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from thirdshift_controller.wire import (
    Floor,
    IncidentDetail,
    IncidentState,
    IncidentSummary,
    Me,
    NodeDetail,
    OnShift,
    PhaseSpan,
    Role,
    RowCell,
    Runbook,
    TimelineEntry,
    WorkOrderDetail,
    WorkOrderState,
    WorkOrderStep,
    WorkOrderSummary,
)
from thirdshift_tui.client import scripted
from thirdshift_tui.client.errors import RefusedError, SiteError
from thirdshift_tui.client.fake_cells import cells, node_detail

ANA = Me("ana's console", Role.TECHNICIAN, "ana")
_OPEN_ORDERS = frozenset(WorkOrderState) - {WorkOrderState.DONE, WorkOrderState.CANCELLED}


class FakeSite:
    """Set `failure` and every call raises it; set `me_now` and somebody else asks."""

    def __init__(self, rows: tuple[RowCell, ...] | None = None, speed: float = 1.0) -> None:
        self.me_now = ANA
        self.now: datetime = scripted.NOW
        self.failure: SiteError | None = None
        self.rows = scripted.rows() if rows is None else rows
        self.speed = speed
        self.open_incidents = {one.id: one for one in scripted.incidents()}
        self.orders = {one.summary.id: one for one in scripted.work_orders()}

    async def me(self) -> Me:
        """Whoever `me_now` is."""
        self._reached()
        return self.me_now

    async def floor(self) -> Floor:
        """The rows with the incidents painted on."""
        self._reached()
        ends_at = self.now + timedelta(hours=3, minutes=28)
        return Floor(
            site="toronto-1",
            timezone="America/Toronto",
            now=self.now,
            speed=self.speed,
            stale_after_seconds=60,
            on_shift=OnShift("day", "ana", ends_at),
            rows=cells(self.rows, self.open_incidents.values()),
        )

    async def node(self, name: str) -> NodeDetail:
        """A node whose readings follow from its state."""
        self._reached()
        found = node_detail(await self.floor(), name, tuple(self.open_incidents.values()))
        if found is None:
            raise RefusedError(f"there is no node {name}")
        return found

    async def incidents(self) -> tuple[IncidentSummary, ...]:
        """All incidents: the fake closes none."""
        self._reached()
        return tuple(self.open_incidents.values())

    async def incident(self, identity: str) -> IncidentDetail:
        """An incident with made-up evidence."""
        self._reached()
        summary = self._incident(identity)
        return _told(summary, self.now)

    async def acknowledge_incident(self, identity: str) -> IncidentDetail:
        """The first owner stays."""
        self._may_work()
        summary = self._incident(identity)
        self.open_incidents[identity] = replace(summary, owner=summary.owner or self.me_now.person)
        return await self.incident(identity)

    async def work_orders(self, assignee: str | None) -> tuple[WorkOrderSummary, ...]:
        """Those that are neither done nor cancelled."""
        self._reached()
        summaries = (order.summary for order in self.orders.values())
        return tuple(
            one
            for one in summaries
            if one.state in _OPEN_ORDERS and assignee in (None, one.assignee)
        )

    async def work_order(self, identity: str) -> WorkOrderDetail:
        """The order as it stands."""
        self._reached()
        if identity not in self.orders:
            raise RefusedError(f"there is no work order {identity}")
        return self.orders[identity]

    async def acknowledge_work_order(self, identity: str) -> WorkOrderDetail:
        """Repeating it changes nothing."""
        order = await self._order_to_change(identity)
        if order.summary.state in (WorkOrderState.WAITING, WorkOrderState.ASSIGNED):
            self._move(order, WorkOrderState.ACKNOWLEDGED)
        return self.orders[identity]

    async def start_work_order(self, identity: str) -> WorkOrderDetail:
        """Refused before it is acknowledged."""
        order = await self._order_to_change(identity)
        if order.summary.state is WorkOrderState.STARTED:
            return order
        if order.summary.state is not WorkOrderState.ACKNOWLEDGED:
            raise RefusedError(f"{identity} is {order.summary.state}: acknowledge it first")
        self._move(order, WorkOrderState.STARTED)
        self._pass_on(order, IncidentState.IN_WORK)
        return self.orders[identity]

    async def tick_step(self, identity: str, number: int, note: str | None) -> WorkOrderDetail:
        """Refused before the start; who ticked first stays, and the latest note."""
        order = await self._order_to_change(identity)
        if order.summary.state is not WorkOrderState.STARTED:
            raise RefusedError(f"{identity} is {order.summary.state}: start it first")
        if number not in {step.number for step in order.steps}:
            raise RefusedError(f"{identity} has no step {number}")
        steps = tuple(
            self._ticked(step, note) if step.number == number else step for step in order.steps
        )
        done = sum(step.done_at is not None for step in steps)
        summary = replace(order.summary, steps_done=done)
        self.orders[identity] = replace(order, steps=steps, summary=summary)
        return self.orders[identity]

    async def close_work_order(self, identity: str) -> WorkOrderDetail:
        """Refused while steps are undone."""
        order = await self._order_to_change(identity)
        undone = _numbers(step.number for step in order.steps if step.done_at is None)
        if undone:
            raise RefusedError(f"{identity} cannot be closed: not done yet: {undone}")
        self._move(order, WorkOrderState.DONE)
        self._pass_on(order, IncidentState.VERIFYING)
        return self.orders[identity]

    async def runbook(self, identity: str) -> Runbook:
        """The scripted page."""
        self._reached()
        return scripted.runbook(identity)

    async def aclose(self) -> None:
        """Nothing is held."""

    def _reached(self) -> None:
        if self.failure is not None:
            raise self.failure

    def _may_work(self) -> None:
        self._reached()
        if self.me_now.role not in (Role.TECHNICIAN, Role.LEAD):
            raise RefusedError(f"a {self.me_now.role} may look and not touch")

    def _incident(self, identity: str) -> IncidentSummary:
        if identity not in self.open_incidents:
            raise RefusedError(f"there is no incident {identity}")
        return self.open_incidents[identity]

    async def _order_to_change(self, identity: str) -> WorkOrderDetail:
        self._may_work()
        return await self.work_order(identity)

    def _ticked(self, step: WorkOrderStep, note: str | None) -> WorkOrderStep:
        noted = step if note is None else replace(step, note=note)
        if step.done_at is not None:
            return noted
        return replace(noted, done_at=self.now, done_by=self.me_now.person)

    def _move(self, order: WorkOrderDetail, state: WorkOrderState) -> None:
        identity = order.summary.id
        self.orders[identity] = replace(order, summary=replace(order.summary, state=state))

    def _pass_on(self, order: WorkOrderDetail, state: IncidentState) -> None:
        incident = self._incident(order.summary.incident)
        owner = incident.owner or self.me_now.person
        self.open_incidents[incident.id] = replace(incident, state=state, owner=owner)


def _told(summary: IncidentSummary, now: datetime) -> IncidentDetail:
    since_seconds = (now - summary.opened_at).total_seconds()
    return IncidentDetail(
        summary=summary,
        resolution=None,
        phases=(PhaseSpan("detect", 12.0), PhaseSpan("people", since_seconds - 12.0)),
        signals=scripted.signals(summary),
        attempts=scripted.attempts(summary),
        timeline=(TimelineEntry(summary.opened_at, "triage", f"opened as {summary.runbook}"),),
    )


def _numbers(numbers: Iterable[int]) -> str:
    return ", ".join(f"step {number}" for number in numbers)
