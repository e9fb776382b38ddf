"""Triage as units of work: signals that nobody has looked at become incidents."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.incidents.history import is_history
from thirdshift_controller.incidents.triage import Candidate, Join, place, quiet
from thirdshift_controller.intake.live import Live
from thirdshift_controller.store import incidents, nodes, signals
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import IncidentRow, SignalRow
from thirdshift_controller.wire import IncidentState
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.page import Disposition, Outage, Page

log = logging.getLogger(__name__)
BATCH = 500
NO_REPAIR = "no repair needed: it has been quiet since"


@dataclass(frozen=True, slots=True)
class Triage:
    """Turns signals into incidents by the catalogue."""

    store: Store
    site: Site
    catalogue: Catalogue
    burst: timedelta
    silence: timedelta
    live: Live

    def sort(self, now: datetime) -> int:
        """Place the oldest untriaged signals, all or none; returns how many there were."""
        with self.store.write() as session:
            batch = signals.untriaged(session, BATCH)
            for signal in batch:
                self._place_or_set_aside(session, signal, now)
            return len(batch)

    def close_quiet(self, now: datetime) -> None:
        """Close what was only observed and has been silent long enough."""
        with self.store.write() as session:
            for incident in incidents.in_state(session, IncidentState.OPEN):
                page = self.catalogue.page(incident.runbook)
                observed = page.disposition is Disposition.OBSERVE
                if observed and quiet(incident.last_signal_at, now, self.silence):
                    lifecycle.close(session, incident, now, NO_REPAIR)

    def _place_or_set_aside(self, session: Session, signal: SignalRow, now: datetime) -> None:
        try:
            with session.begin_nested():
                self._place(session, signal, now)
        except Exception:
            log.exception("signal set aside", extra={"origin": signal.origin})
            signal.triaged = True
            session.add(signal)

    def _place(self, session: Session, signal: SignalRow, now: datetime) -> None:
        signal.triaged = True
        session.add(signal)
        incident = self._incident(session, signal, now)
        signal.incident_id = incident.id if incident else None
        session.flush()

    def _is_history(self, session: Session, signal: SignalRow) -> bool:
        row = nodes.named(session, [signal.node])[signal.node]
        slot = signal.gpu_slot
        reading = None if slot is None else self.live.reading(signal.node, slot)
        return is_history(signal.at, row.known_since_at, reading, self.burst)

    def _incident(self, session: Session, signal: SignalRow, now: datetime) -> IncidentRow | None:
        page = self.catalogue.for_signal(signal.name)
        here, beside = self._open_on_node(session, signal)
        placement = place(signal.name, page, signal.at, here, beside, self.burst)
        if isinstance(placement, Join):
            incident = placement.incident
            incident.last_signal_at = signal.received_at
            if placement.promote:
                incident.gpus_out = self._gpus_out(signal, page)
                lifecycle.promote(session, incident, page, now)
            return incident
        mended = self._proved_since(session, signal)
        if mended is not None or self._is_history(session, signal):
            return mended
        return self._open(session, signal, page, now)

    def _proved_since(self, session: Session, signal: SignalRow) -> IncidentRow | None:
        """News that comes late of a fault that was mended after it is evidence, not a new fault."""
        slot, at = signal.gpu_slot, signal.at
        incident = incidents.closed_after(session, signal.node, slot, at)
        if incident is not None:
            text = f"{signal.name} of {at:%Y-%m-%d %H:%M} UTC was heard of late"
            lifecycle.say(session, incident, signal.received_at, text)
        return incident

    def _open(self, session: Session, signal: SignalRow, page: Page, now: datetime) -> IncidentRow:
        out = self._gpus_out(signal, page)
        log.info("incident opened", extra={"node": signal.node, "signal": signal.name})
        return lifecycle.open_incident(session, signal, page, out, now)

    def _open_on_node(
        self, session: Session, signal: SignalRow
    ) -> tuple[list[Candidate[IncidentRow]], list[Candidate[IncidentRow]]]:
        """What is open on the signal's unit, and on the node's others."""
        known = [
            self._candidate(session, row) for row in incidents.still_open(session, signal.node)
        ]
        here = [one for one in known if one.incident.gpu_slot == signal.gpu_slot]
        return here, [one for one in known if one.incident.gpu_slot != signal.gpu_slot]

    def _candidate(self, session: Session, incident: IncidentRow) -> Candidate[IncidentRow]:
        assert incident.id is not None
        heard = [self.catalogue.for_signal(name) for name in signals.names(session, incident.id)]
        return Candidate(incident, self.catalogue.page(incident.runbook), heard)

    def _gpus_out(self, signal: SignalRow, page: Page) -> int:
        whole = self.site.by_name[signal.node].gpus
        return {Outage.NOTHING: 0, Outage.GPU: 1, Outage.NODE: whole}[page.takes_out]
