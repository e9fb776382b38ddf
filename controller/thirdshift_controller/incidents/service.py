"""Triage as units of work: signals that nobody has looked at become incidents."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from thirdshift_controller.fleet.inventory import Place, Site
from thirdshift_controller.fleet.scopes import nodes_in, place_of
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.incidents.board import Candidate
from thirdshift_controller.incidents.desk import Desk, Incident, lay, spot_of
from thirdshift_controller.incidents.history import comes_back, is_history, late_news
from thirdshift_controller.incidents.meaning import Sighting, meaning
from thirdshift_controller.incidents.past import past_of
from thirdshift_controller.incidents.triage import Join, place
from thirdshift_controller.intake.live import SILENT, Live
from thirdshift_controller.store import incidents, signals, work_orders
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.draft import Draft
from thirdshift_controller.store.tables import IncidentRow, SignalRow
from thirdshift_controller.wire import Scope
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.page import Disposition, Outage, Page, Unit

log = logging.getLogger(__name__)
BATCH = 1000
FAILED_RETURN = "node:failed_return"
"""Hands mended it, it proved well, and it came back: it takes more than its page's steps."""
NO_REPAIR = "no repair needed: it has been quiet since"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is how long; spans of the site's clock."""

    burst: timedelta
    """Silence that ends a burst."""
    silence: timedelta
    """Silence that closes what is only observed."""
    reopen: timedelta
    """What comes back so soon after its close is the same incident."""


@dataclass(slots=True)
class Minutes:
    """What is to be written of a batch, once new incidents have their numbers."""

    opened: list[tuple[Draft, SignalRow]] = field(default_factory=list)
    placed: list[tuple[SignalRow, Incident | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Triage:
    """Turns signals into incidents by the catalogue."""

    store: Store
    site: Site
    catalogue: Catalogue
    patience: Patience
    live: Live

    def sort(self, now: datetime) -> int:
        """Place the oldest untriaged signals; returns how many there were.

        All or none; where the database refuses them together, they are placed one at a time.
        """
        try:
            return self._sort(BATCH, now)
        except Exception:
            log.exception("batch of signals refused")
            return self._sort_one(now)

    def _sort_one(self, now: datetime) -> int:
        try:
            return self._sort(1, now)
        except Exception:
            log.exception("signal set aside")
        with self.store.write() as session:
            signals.place(session, [(one, None) for one in signals.untriaged(session, 1)])
        return 1

    def _sort(self, most: int, now: datetime) -> int:
        with self.store.write() as session:
            batch = signals.untriaged(session, most)
            desk = self._desk(session, batch)
            minutes = Minutes()
            for signal in batch:
                self._place_or_set_aside(session, desk, minutes, signal, now)
            self._write(session, minutes, now)
            return len(batch)

    def close_quiet(self, now: datetime) -> None:
        """Close what was only observed and has been silent long enough."""
        observed = self.catalogue.ids(Disposition.OBSERVE)
        with self.store.write() as session:
            silent_since = now - self.patience.silence
            for incident in incidents.silent_since(session, observed, silent_since):
                lifecycle.close(session, incident, now, NO_REPAIR)

    def _desk(self, session: Session, batch: Sequence[SignalRow]) -> Desk:
        patience = self.patience
        versions = self.live.drivers
        return lay(
            session, batch, self.site, self.catalogue, versions, patience.burst, patience.reopen
        )

    def _place_or_set_aside(
        self, session: Session, desk: Desk, minutes: Minutes, signal: SignalRow, now: datetime
    ) -> None:
        incident = None
        try:
            incident = self._incident(session, desk, minutes, signal, now)
        except Exception:
            log.exception("signal set aside", extra={"origin": signal.origin})
        minutes.placed.append((signal, incident))

    def _incident(
        self, session: Session, desk: Desk, minutes: Minutes, signal: SignalRow, now: datetime
    ) -> Incident | None:
        page = self._meaning(desk, signal)
        slot = signal.gpu_slot if page.unit is Unit.GPU else None
        around = desk.board.around(self.site.by_name[signal.node], slot)
        found = place(signal.name, page, signal.at, around, self.patience.burst)
        if isinstance(found, Join):
            return self._join(session, found, signal, page, now)
        where = self._place(signal, page, slot)
        closed = desk.closed.get(spot_of(where, slot), ())
        if (mended := late_news(self._alike(closed, signal, page), signal.at)) is not None:
            text = f"{signal.name} of {signal.at:%Y-%m-%d %H:%M} UTC was heard of late"
            lifecycle.say(session, mended, signal.received_at, text)
            return mended
        if self._is_history(desk, signal):
            return None
        back = comes_back(closed, page, signal.at, self.patience.reopen)
        if back is not None:
            self._reopen(session, desk, back, signal, page, now)
            return back
        return self._open(desk, minutes, signal, page, where, slot, now)

    def _alike(
        self, closed: Sequence[IncidentRow], signal: SignalRow, page: Page
    ) -> Iterator[IncidentRow]:
        """Those whose work can have mended it: all of a GPU's, of a node what is of its kind."""
        for row in closed:
            known = self.catalogue.page(row.runbook)
            told = signal.name in (*row.heard, *known.explains)
            if told or row.gpu_slot is not None or known.failure_class is page.failure_class:
                yield row

    def _meaning(self, desk: Desk, signal: SignalRow) -> Page:
        seen = Sighting(signal.name, signal.at, self._facts(signal))
        past = past_of(desk.said, signal, self.patience.burst)
        return meaning(self.catalogue, seen, past, self.patience.burst)

    def _facts(self, signal: SignalRow) -> Mapping[str, str]:
        """The signal's own; whoever tells us of a silence cannot know that the agent answers us."""
        silence = self.live.silences.get(signal.node) if signal.name == SILENT else None
        return {**signal.facts, **silence.facts} if silence else signal.facts

    def _join(
        self,
        session: Session,
        found: Join[Incident],
        signal: SignalRow,
        page: Page,
        now: datetime,
    ) -> Incident:
        incident = found.candidate.incident
        incident.last_signal_at = signal.received_at
        if signal.name not in incident.heard:
            incident.heard = [*incident.heard, signal.name]
            found.candidate.heard = [*found.candidate.heard, page]
        if found.promote:
            found.candidate.page = page
            incident.gpus_out = self._gpus_out(page, (incident.scope, incident.scope_name))
            if isinstance(incident, Draft):
                lifecycle.rename(incident, page)
            else:
                lifecycle.promote(session, incident, page, now)
        return incident

    def _reopen(
        self,
        session: Session,
        desk: Desk,
        incident: IncidentRow,
        signal: SignalRow,
        page: Page,
        now: datetime,
    ) -> None:
        assert incident.closed_at is not None
        assert incident.id is not None
        hours = (now - incident.closed_at).total_seconds() / 3600
        text = f"opened again on {signal.name}, {hours:.1f} h after its close"
        lifecycle.reopen(session, incident, page, now, text)
        repaired = page.disposition is Disposition.REPAIR
        if repaired and work_orders.was_worked(session, incident.id):
            page = self._failed_return(session, incident) or page
        if page.id != incident.runbook:
            lifecycle.promote(session, incident, page, now)
        desk.board.pin([Candidate(incident, page, [page])])

    def _failed_return(self, session: Session, incident: IncidentRow) -> Page | None:
        """The page of what hands mended in vain; it is open once a unit, however much came back."""
        page = self.catalogue.for_signal(FAILED_RETURN)
        where = (incident.scope, incident.scope_name)
        key = lifecycle.key_of(where, incident.gpu_slot, page)
        return None if incidents.open_by_key(session, key) else page

    def _open(
        self,
        desk: Desk,
        minutes: Minutes,
        signal: SignalRow,
        page: Page,
        where: Place,
        slot: int | None,
        now: datetime,
    ) -> Draft:
        incident = lifecycle.incident_of(
            signal, page, where, slot, self._gpus_out(page, where), now
        )
        desk.board.pin([Candidate(incident, page, [page])])
        minutes.opened.append((incident, signal))
        log.info("incident opened", extra={"node": signal.node, "signal": signal.name})
        return incident

    def _place(self, signal: SignalRow, page: Page, slot: int | None) -> Place:
        if page.unit in (Unit.RACK, Unit.SITE):
            return place_of(self.site.by_name[signal.node], Scope(page.unit.value), self.site)
        return (Scope.NODE if slot is None else Scope.GPU, signal.node)

    def _gpus_out(self, page: Page, where: Place) -> int:
        scope, name = where
        if page.takes_out is Outage.NOTHING:
            return 0
        if scope in (Scope.NODE, Scope.GPU):
            return 1 if page.takes_out is Outage.GPU else self.site.by_name[name].gpus
        return sum(node.gpus for node in nodes_in(where, self.site, self.live.drivers))

    def _is_history(self, desk: Desk, signal: SignalRow) -> bool:
        known_since_at, slot = desk.known_since_at[signal.node], signal.gpu_slot
        reading = None if slot is None else self.live.reading(signal.node, slot)
        if self.live.stands(signal.node, slot, signal.name):
            return False
        return is_history(signal.at, known_since_at, reading, self.patience.burst)

    def _write(self, session: Session, minutes: Minutes, now: datetime) -> None:
        beginnings = [
            lifecycle.Beginning(incident, signal.at, f"opened on {signal.name}: {incident.title}")
            for incident, signal in minutes.opened
        ]
        lifecycle.begin(session, beginnings, now)
        signals.place(session, minutes.placed)
