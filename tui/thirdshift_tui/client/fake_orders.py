"""The fake's work orders: own before you start, start before you tick, tick before you close."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from thirdshift_controller.wire import (
    IncidentState,
    WorkOrderDetail,
    WorkOrderState,
    WorkOrderStep,
    WorkOrderSummary,
)
from thirdshift_tui.client.errors import RefusedError
from thirdshift_tui.client.fake_incidents import FakeIncidents
from thirdshift_tui.client.scripted_orders import work_orders

_OPEN_ORDERS = frozenset(WorkOrderState) - {WorkOrderState.DONE, WorkOrderState.CANCELLED}


class FakeOrders(FakeIncidents):
    """The hands' part."""

    def __init__(self) -> None:
        super().__init__()
        self.orders = {one.summary.id: one for one in work_orders()}

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


def _numbers(numbers: Iterable[int]) -> str:
    return ", ".join(f"step {number}" for number in numbers)
