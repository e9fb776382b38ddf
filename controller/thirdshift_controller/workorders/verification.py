"""Verification as units of work: a repair that holds is closed, one that does not goes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from thirdshift_agent.wire import SignalKind, SignalSource
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.intake.live import Live
from thirdshift_controller.store import incidents, nodes, signals, work_orders
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import IncidentRow, SignalRow
from thirdshift_controller.wire import IncidentState, WorkOrderState
from thirdshift_controller.workorders.proof import Judgement, Verdict, judge
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.page import Disposition

SILENT = "node:silent"
FIRST_HAND = frozenset(SignalKind) - {SignalKind.POWER_SUPPLY, SignalKind.ALERT}
"""What the agent tells itself."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Judges every incident whose work is done."""

    store: Store
    catalogue: Catalogue
    live: Live

    def run(self, now: datetime) -> None:
        """Notice nodes that came back by themselves, then judge what is being verified."""
        with self.store.write() as session:
            waiting = incidents.in_state(session, IncidentState.OPEN, IncidentState.NEEDS_HANDS)
            for incident in waiting:
                self._notice_return(session, incident, now)
            for incident in incidents.in_state(session, IncidentState.VERIFYING):
                self._judge(session, incident, now)

    def _notice_return(self, session: Session, incident: IncidentRow, now: datetime) -> None:
        if SILENT not in self.catalogue.page(incident.runbook).signals:
            return
        row = nodes.named(session, [incident.node])[incident.node]
        if row.last_seen_at is None or row.last_seen_at <= incident.last_signal_at:
            return
        assert incident.id is not None
        order = work_orders.open_for(session, incident.id)
        if order is not None and not work_orders.in_hand(order.state):
            order.state, order.open_key = WorkOrderState.CANCELLED, None
            session.add(order)
        if order is None or order.open_key is None:
            text = "the node answers again; verifying"
            lifecycle.move(session, incident, IncidentState.VERIFYING, now, text)

    def _judge(self, session: Session, incident: IncidentRow, now: datetime) -> None:
        judgement = self._judgement(session, incident, now)
        if judgement.verdict is Verdict.PASSED:
            lifecycle.close(session, incident, now, f"{lifecycle.VERIFIED}: {judgement.reason}")
        elif judgement.verdict is Verdict.FAILED:
            self._send_back(session, incident, now, judgement.reason)

    def _judgement(self, session: Session, incident: IncidentRow, now: datetime) -> Judgement:
        assert incident.id is not None
        assert incident.verify_from_at is not None
        if not self.live.asked(incident.node):
            return Judgement(Verdict.PENDING, "not looked at since the controller started")
        since = incident.verify_from_at
        recurred = [
            signal.name
            for signal in signals.since(session, incident.id, since)
            if self._counts_against(signal)
        ]
        page = self.catalogue.page(incident.runbook)
        snapshot = self.live.snapshot(incident.node)
        return judge(page.proof, since, now, snapshot, incident.gpu_slot, recurred)

    def _counts_against(self, signal: SignalRow) -> bool:
        """An alert may tell late of what is mended, so where the agent can speak, it is asked."""
        hearsay = signal.source == SignalSource.ALERTMANAGER and signal.kind in FIRST_HAND
        page = self.catalogue.for_signal(signal.name)
        return not hearsay and page.disposition is Disposition.REPAIR

    def _send_back(
        self, session: Session, incident: IncidentRow, now: datetime, reason: str
    ) -> None:
        assert incident.id is not None
        handled = incident.id in work_orders.latest_by_incident(session, [incident.id])
        state = IncidentState.NEEDS_HANDS if handled else IncidentState.REMEDYING
        text = f"did not hold: {reason}"
        lifecycle.move(session, incident, state, now, text)
