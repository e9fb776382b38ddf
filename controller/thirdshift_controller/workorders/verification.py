"""Verification as units of work: a repair that holds is closed, one that does not goes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from thirdshift_agent.wire import SignalKind, SignalSource
from thirdshift_controller.fleet.inventory import Node, Site
from thirdshift_controller.fleet.scopes import nodes_in
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.incidents.holds import hold_on, words
from thirdshift_controller.intake.live import SILENT, Live
from thirdshift_controller.store import attempts, holds, incidents, nodes, signals, work_orders
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import HoldRow, IncidentRow, SignalRow
from thirdshift_controller.wire import IncidentState
from thirdshift_controller.workorders.proof import Judgement, Repair, Verdict, judge, worst
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.page import Disposition, Page

FIRST_HAND = frozenset(SignalKind) - {SignalKind.POWER_SUPPLY, SignalKind.ALERT}
"""What the agent tells itself."""
MAY_COME_BACK = (IncidentState.OPEN, IncidentState.REMEDYING, IncidentState.NEEDS_HANDS)
"""Where nobody has a silent node in hand; an attempt that is in line is called off."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Judges every incident whose work is done."""

    store: Store
    site: Site
    catalogue: Catalogue
    live: Live

    def run(self, now: datetime) -> None:
        """Notice nodes that came back by themselves, then judge what is being verified."""
        with self.store.write() as session:
            repairs = self.catalogue.ids(Disposition.REPAIR)
            for incident in incidents.in_state(session, *MAY_COME_BACK, runbooks=repairs):
                self._notice_return(session, incident, now)
            in_force = holds.in_force(session, now)
            for incident in incidents.in_state(session, IncidentState.VERIFYING):
                self._judge(session, incident, in_force, now)

    def _notice_return(self, session: Session, incident: IncidentRow, now: datetime) -> None:
        if not self._ends_with_an_answer(incident):
            return
        row = nodes.named(session, [incident.node])[incident.node]
        if row.last_seen_at is None or row.last_seen_at <= incident.last_signal_at:
            return
        assert incident.id is not None
        if work_orders.withdraw(session, incident.id):
            text = "the node answers again; verifying"
            lifecycle.move(session, incident, IncidentState.VERIFYING, now, text)

    def _ends_with_an_answer(self, incident: IncidentRow) -> bool:
        """Whether it is a node's silence and nothing else, whatever page that led to."""
        page = self.catalogue.page(incident.runbook)
        return SILENT in page.signals or (bool(incident.node) and incident.heard == [SILENT])

    def _judge(
        self, session: Session, incident: IncidentRow, in_force: Sequence[HoldRow], now: datetime
    ) -> None:
        assert incident.id is not None
        judgement = self._judgement(session, incident, now)
        if judgement.verdict is Verdict.PASSED:
            attempts.prove(session, incident.id, held=True)
            if (hold := self._hold(incident, in_force)) is not None:
                lifecycle.wait(session, incident, words(hold), "verify", now)
            else:
                text = f"{lifecycle.VERIFIED}: {judgement.reason}"
                lifecycle.close(session, incident, now, text)
        elif judgement.verdict is Verdict.FAILED:
            attempts.prove(session, incident.id, held=False)
            self._send_back(session, incident, now, judgement.reason)

    def _hold(self, incident: IncidentRow, in_force: Sequence[HoldRow]) -> HoldRow | None:
        found = (
            hold_on(in_force, node, self.site, self.live.drivers) for node in self._nodes(incident)
        )
        return next((hold for hold in found if hold is not None), None)

    def _to_prove(self, session: Session, incident: IncidentRow) -> list[str]:
        """Its nodes; of many, those that have no fault of their own."""
        names = [node.name for node in self._nodes(incident)]
        if incident.node:
            return names
        struck = {row.node for row in incidents.around(session, names)}
        return [name for name in names if name not in struck]

    def _nodes(self, incident: IncidentRow) -> tuple[Node, ...]:
        """What must prove well: the incident's node, or all that it spans."""
        return nodes_in(incident.place, self.site, self.live.drivers)

    def _judgement(self, session: Session, incident: IncidentRow, now: datetime) -> Judgement:
        """The verdict of the worst of its nodes."""
        names = self._to_prove(session, incident)
        if not all(map(self.live.asked, names)):
            return Judgement(Verdict.PENDING, "not looked at since the controller started")
        repair = self._repair(session, incident)
        return worst(judge(repair, now, self.live.snapshot(name)) for name in names)

    def _repair(self, session: Session, incident: IncidentRow) -> Repair:
        assert incident.id is not None
        assert incident.verify_from_at is not None
        since, page = incident.verify_from_at, self.catalogue.page(incident.runbook)
        return Repair(
            proof=page.proof,
            since=since,
            slot=incident.gpu_slot,
            names=self._names(incident, page),
            recurred=[
                signal.name
                for signal in signals.since(session, incident.id, since)
                if self._counts_against(incident, signal)
            ],
            by_hands=work_orders.was_worked(session, incident.id),
        )

    def _names(self, incident: IncidentRow, page: Page) -> frozenset[str]:
        """The signals that must have ended: the page's own, and what else was heard to mend."""
        heard = (name for name in incident.heard if self._is_repair(name))
        return frozenset((*page.signals, *heard))

    def _is_repair(self, name: str) -> bool:
        return self.catalogue.for_signal(name).disposition is Disposition.REPAIR

    def _counts_against(self, incident: IncidentRow, signal: SignalRow) -> bool:
        """An alert may tell late of what is mended, so where the agent can speak, it is asked.

        Nor does the silence count of a node that was told to start.
        """
        starting = incident.silence_until_at
        if starting is not None and signal.at < starting and signal.name == SILENT:
            return False
        hearsay = signal.source == SignalSource.ALERTMANAGER and signal.kind in FIRST_HAND
        return not hearsay and self._is_repair(signal.name)

    def _send_back(
        self, session: Session, incident: IncidentRow, now: datetime, reason: str
    ) -> None:
        assert incident.id is not None
        handled = incident.id in work_orders.latest_by_incident(session, [incident.id])
        state = IncidentState.NEEDS_HANDS if handled else IncidentState.REMEDYING
        text = f"did not hold: {reason}"
        lifecycle.move(session, incident, state, now, text)
