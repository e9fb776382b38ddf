"""Incidents that need hands get an order; orders that nobody has taken up get a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.shifts.assignment import Assignment, assign
from thirdshift_controller.shifts.roster import Roster
from thirdshift_controller.store import incidents, work_orders
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import IncidentRow, StepRow, WorkOrderRow
from thirdshift_controller.wire import IncidentState, WorkOrderState
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.page import Page


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Opens and assigns work orders."""

    store: Store
    catalogue: Catalogue
    roster: Roster

    def run(self, now: datetime) -> None:
        """Open what is missing, then assign what waits or was left by a shift that ended."""
        with self.store.write() as session:
            for incident in incidents.in_state(session, IncidentState.NEEDS_HANDS):
                assert incident.id is not None
                if not incidents.is_part(session, incident) and not work_orders.open_for(
                    session, incident.id
                ):
                    self._open(session, incident, now)
            for order in work_orders.still_open(session):
                if self._wants_person(order, now):
                    self._assign(session, order, now)

    def _open(self, session: Session, incident: IncidentRow, now: datetime) -> None:
        assert incident.id is not None
        page = self.catalogue.page(incident.runbook)
        order = WorkOrderRow(
            open_key=incident.id, incident_id=incident.id, runbook=page.id, opened_at=now
        )
        session.add(order)
        session.flush()
        session.add_all(_checklist(order, page))
        found = self._choose(session, page, now)
        waits = "" if found.person else f"; {found.reason}"
        lifecycle.say(session, incident, now, f"work order WO-{order.id} opened{waits}")

    def _assign(self, session: Session, order: WorkOrderRow, now: datetime) -> None:
        found = self._choose(session, self.catalogue.page(order.runbook), now)
        if found.person is None and order.assignee is None:
            return
        incident = incidents.by_id(session, order.incident_id)
        assert incident is not None
        order.assignee, order.shift, order.shift_ends_at = found.person, found.shift, found.to_at
        order.state = WorkOrderState.ASSIGNED if found.person else WorkOrderState.WAITING
        if order.acknowledged_at is not None:
            order.acknowledged_at = incident.owner = None
        session.add_all((order, incident))
        whom = found.person or "nobody"
        lifecycle.say(session, incident, now, f"WO-{order.id} goes to {whom}: {found.reason}")

    def _wants_person(self, order: WorkOrderRow, now: datetime) -> bool:
        if order.assignee not in {person.name for person in self.roster.people}:
            return True
        if order.state is WorkOrderState.STARTED:
            return False
        return order.shift_ends_at is not None and now >= order.shift_ends_at

    def _choose(self, session: Session, page: Page, now: datetime) -> Assignment:
        load = work_orders.load_by_person(session)
        return assign(frozenset(page.skills), now, self.roster, load)


def _checklist(order: WorkOrderRow, page: Page) -> list[StepRow]:
    assert order.id is not None
    return [
        StepRow(
            work_order_id=order.id,
            number=number,
            kind=step.kind.value,
            text=step.text,
            minutes=step.minutes,
        )
        for number, step in enumerate(page.steps, start=1)
    ]
