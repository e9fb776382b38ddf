"""Incidents that need hands get an order; orders that nobody has taken up get a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session
from thirdshift_runbooks.catalogue import Catalogue

from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.shifts.assignment import assign
from thirdshift_controller.shifts.roster import Roster
from thirdshift_controller.store import incidents, work_orders
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import IncidentRow, StepRow, WorkOrderRow
from thirdshift_controller.wire import IncidentState, WorkOrderState


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
                if work_orders.open_for(session, incident.id) is None:
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
        assert order.id is not None
        for number, step in enumerate(page.steps, start=1):
            session.add(
                StepRow(
                    work_order_id=order.id,
                    number=number,
                    kind=step.kind.value,
                    text=step.text,
                    minutes=step.minutes,
                )
            )
        text = f"work order WO-{order.id} opened"
        lifecycle.say(session, incident, now, text)
        session.flush()

    def _wants_person(self, order: WorkOrderRow, now: datetime) -> bool:
        if order.state is WorkOrderState.STARTED:
            return False
        return order.assignee is None or (
            order.shift_ends_at is not None and now >= order.shift_ends_at
        )

    def _assign(self, session: Session, order: WorkOrderRow, now: datetime) -> None:
        page = self.catalogue.page(order.runbook)
        load = work_orders.load_by_person(session)
        chosen = assign(frozenset(page.skills), now, self.roster, load)
        incident = incidents.by_id(session, order.incident_id)
        assert incident is not None
        if chosen.person == order.assignee and chosen.person is None:
            return
        order.assignee, order.shift = chosen.person, chosen.shift
        order.shift_ends_at = chosen.to_at
        order.state = WorkOrderState.ASSIGNED if chosen.person else WorkOrderState.WAITING
        order.acknowledged_at = None
        session.add(order)
        text = f"WO-{order.id} assigned to {chosen.person or 'nobody'}: {chosen.reason}"
        lifecycle.say(session, incident, now, text)
        session.flush()
