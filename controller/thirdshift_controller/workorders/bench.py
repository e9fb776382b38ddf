"""What a person does with a work order: acknowledge, start, tick steps, close.

Each act may be repeated; what was done first, by whom and when, stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from thirdshift_controller.config import Caller
from thirdshift_controller.errors import ConflictError, NotAllowedError, NotFoundError
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.store import incidents, work_orders
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import IncidentRow, StepRow, WorkOrderRow
from thirdshift_controller.wire import IncidentState, Role, WorkOrderState


@dataclass(frozen=True, slots=True)
class Held:
    """An order taken up for one act, with its incident, in one transaction."""

    session: Session
    order: WorkOrderRow
    incident: IncidentRow
    caller: Caller
    now: datetime

    @property
    def person(self) -> str | None:
        """Who does it, if it is a person."""
        return self.caller.person

    @property
    def actor(self) -> str:
        """Under what name it is written down."""
        return self.caller.actor

    def say(self, text: str) -> None:
        """Write it on the incident's timeline."""
        lifecycle.say(self.session, self.incident, self.now, text, self.actor)


@dataclass(frozen=True, slots=True)
class Bench:
    """The acts of a technician. Each raises a `RefusedError` that says why not."""

    store: Store

    def acknowledge(self, order_id: int, caller: Caller, now: datetime) -> None:
        """Say that one has seen it and owns it."""
        with self._hold(order_id, caller, now) as held:
            if held.order.acknowledged_at is not None:
                return
            _refuse_if_over(held.order)
            _acknowledge(held)

    def start(self, order_id: int, caller: Caller, now: datetime) -> None:
        """Begin the work; an order that nobody acknowledged is acknowledged with it."""
        with self._hold(order_id, caller, now) as held:
            if held.order.started_at is not None:
                return
            _refuse_if_over(held.order)
            if held.order.acknowledged_at is None:
                _acknowledge(held)
            held.order.state, held.order.started_at = WorkOrderState.STARTED, now
            text = f"WO-{order_id} started"
            _move(held, IncidentState.IN_WORK, text)

    def tick(
        self,
        order_id: int,
        number: int,
        done: bool,
        note: str | None,
        caller: Caller,
        now: datetime,
    ) -> None:
        """Tick a step, or take the tick back while the order is open."""
        with self._hold(order_id, caller, now) as held:
            step = _step(held, number)
            note = note or step.note
            if (step.done_at is not None) == done and note == step.note:
                return
            if held.order.state is not WorkOrderState.STARTED:
                raise ConflictError(f"WO-{order_id} is {held.order.state}: start it first")
            step.done_at, step.done_by = (step.done_at or now, held.actor) if done else (None, None)
            step.note = note
            held.session.add(step)
            words = "done" if done else "not done after all"
            held.say(f"WO-{order_id} step {number} {words}" + (f": {note}" if note else ""))

    def close(self, order_id: int, note: str | None, caller: Caller, now: datetime) -> None:
        """Hand the unit over to verification; every step must be done."""
        with self._hold(order_id, caller, now) as held:
            if held.order.state is WorkOrderState.DONE:
                return
            _refuse_if_over(held.order)
            undone = [step.number for step in _steps(held) if step.done_at is None]
            if undone:
                numbers = ", ".join(map(str, undone))
                raise ConflictError(f"WO-{order_id} has steps not done: {numbers}")
            if held.order.state is not WorkOrderState.STARTED:
                raise ConflictError(f"WO-{order_id} is {held.order.state}: start it first")
            held.order.state, held.order.done_at = WorkOrderState.DONE, now
            held.order.open_key, held.order.note = None, note
            _move(held, IncidentState.VERIFYING, f"WO-{order_id} done; verifying")

    @contextmanager
    def _hold(self, order_id: int, caller: Caller, now: datetime) -> Iterator[Held]:
        with self.store.write() as session:
            order = work_orders.by_id(session, order_id)
            if order is None:
                raise NotFoundError(f"there is no work order WO-{order_id}")
            if caller.role is not Role.LEAD and order.assignee not in (None, caller.person):
                whose = f"WO-{order_id} is assigned to {order.assignee}"
                raise NotAllowedError(f"{whose}; a lead may act on it")
            incident = incidents.by_id(session, order.incident_id)
            assert incident is not None
            yield Held(session, order, incident, caller, now)


def _acknowledge(held: Held) -> None:
    held.order.state, held.order.acknowledged_at = WorkOrderState.ACKNOWLEDGED, held.now
    held.order.assignee = held.order.assignee or held.person
    if held.order.assignee is None:
        raise ConflictError(f"WO-{held.order.id} is nobody's yet, and your token has no person")
    held.incident.owner = held.actor
    held.session.add_all((held.order, held.incident))
    held.say(f"WO-{held.order.id} acknowledged")


def _move(held: Held, state: IncidentState, text: str) -> None:
    held.session.add(held.order)
    lifecycle.move(held.session, held.incident, state, held.now, text, held.actor)


def _refuse_if_over(order: WorkOrderRow) -> None:
    if order.open_key is None:
        raise ConflictError(f"WO-{order.id} is {order.state}")


def _steps(held: Held) -> list[StepRow]:
    assert held.order.id is not None
    return work_orders.steps(held.session, [held.order.id]).get(held.order.id, [])


def _step(held: Held, number: int) -> StepRow:
    found = next((step for step in _steps(held) if step.number == number), None)
    if found is None:
        raise NotFoundError(f"WO-{held.order.id} has no step {number}")
    return found
