"""One cause for many, as units of work: parents are opened, fed, widened and ended.

While a parent is open nothing is tried on its parts: a reset mends no feed. When its work is done,
each part must prove by itself that it is well.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from thirdshift_agent.wire import SignalSource
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.fleet.scopes import covers, nodes_in
from thirdshift_controller.incidents import lifecycle
from thirdshift_controller.incidents.causes import WINDOW, Cause, Fault, causes
from thirdshift_controller.incidents.pauses import stop
from thirdshift_controller.incidents.triage import worse
from thirdshift_controller.intake.live import Live
from thirdshift_controller.store import incidents, signals, work_orders
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import IncidentRow, SignalRow
from thirdshift_controller.wire import IncidentState
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.page import Disposition, FailureClass

log = logging.getLogger(__name__)
MANY = 20
"""Names in one message."""
AT_ONCE = 500
"""Parts that one look attaches, so that signals need not wait long for it to end."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """Finds common causes and keeps their incidents."""

    store: Store
    site: Site
    catalogue: Catalogue
    live: Live
    cooldown: timedelta
    """For how long nothing remote is done anywhere in the scope of a new cause."""

    def run(self, now: datetime) -> None:
        """Look at all that is open."""
        with self.store.write() as session:
            for cause in causes(self._faults(session, now), self.site, self.live.drivers, now):
                self._gather(session, cause, now)
            for row in incidents.wide(session):
                self._tend(session, row, now)

    def _faults(self, session: Session, now: datetime) -> list[Fault]:
        repairs = self.catalogue.ids(Disposition.REPAIR)
        return [
            Fault(
                row.id,
                row.node,
                self.catalogue.page(row.runbook).failure_class,
                row.begun_at,
                row.parent_id,
            )
            for row in incidents.begun(session, repairs, now - WINDOW)
        ]

    def _gather(self, session: Session, cause: Cause, now: datetime) -> None:
        parent = self._covering(session, cause) or self._parent(session, cause, now)
        loose = [fault.incident for fault in cause.faults if fault.parent != parent.id]
        for part in incidents.by_ids(session, loose[:AT_ONCE]) if loose else ():
            self._attach(session, part, parent, now)

    def _covering(self, session: Session, cause: Cause) -> IncidentRow | None:
        """The cause that some of them are known to have, if it is wide enough for all."""
        for parent_id in dict.fromkeys(fault.parent for fault in cause.faults if fault.parent):
            parent = incidents.by_id(session, parent_id)
            if parent is None or parent.state is IncidentState.CLOSED:
                continue
            place, drivers = (parent.scope, parent.scope_name), self.live.drivers
            nodes = (self.site.by_name[name] for name in cause.nodes)
            if all(covers(place, node, self.site, drivers) for node in nodes):
                return parent
        return None

    def _attach(
        self, session: Session, part: IncidentRow, parent: IncidentRow, now: datetime
    ) -> None:
        assert part.id is not None
        before = part.parent_id
        part.parent_id = parent.id
        parent.last_signal_at = now
        parent.severity = worse(parent.severity, part.severity)
        part.owner = part.owner or parent.owner
        work_orders.withdraw(session, part.id)
        lifecycle.say(session, part, now, f"part of INC-{parent.id}: {parent.title}")
        lifecycle.say(session, parent, now, f"INC-{part.id} on {part.node} is part of this")
        session.add_all((part, parent))
        if before is not None:
            session.flush()
            self._end_if_empty(session, before, parent, now)

    def _end_if_empty(
        self, session: Session, before: int, wider: IncidentRow, now: datetime
    ) -> None:
        """A cause whose parts all belong to a wider one is part of that, if nobody is at work."""
        narrow = incidents.by_id(session, before)
        assert narrow is not None
        assert narrow.id is not None
        if narrow.state is IncidentState.CLOSED or incidents.children(session, narrow.id):
            return
        if work_orders.withdraw(session, narrow.id):
            narrow.parent_id = wider.id
            lifecycle.close(session, narrow, now, f"part of INC-{wider.id}: {wider.title}")

    def _parent(self, session: Session, cause: Cause, now: datetime) -> IncidentRow:
        scope, name = cause.place
        page = self.catalogue.for_signal(f"burst:{scope}")
        known = incidents.open_by_key(session, lifecycle.key_of(cause.place, None, page))
        if known is not None:
            return known
        signal = _signal(cause, now)
        session.add(signal)
        draft = lifecycle.incident_of(signal, page, cause.place, None, 0, now)
        draft.title = f"{page.title}: {len(cause.nodes)} nodes of {scope} {name}"
        text = f"opened: {signal.message}"
        lifecycle.begin(session, [lifecycle.Beginning(draft, now, text)], now)
        signal.incident_id = draft.id
        stop(session, cause.place, signal.message, now, self.cooldown)
        log.warning("common cause", extra={"scope": scope, "scope_name": name})
        assert draft.id is not None
        parent = incidents.by_id(session, draft.id)
        assert parent is not None
        return parent

    def _tend(self, session: Session, parent: IncidentRow, now: datetime) -> None:
        """What lies beneath one wide incident, and whether it is over."""
        page = self.catalogue.page(parent.runbook)
        if page.explains_below:
            self._take_in(session, parent, page.explains_below, now)
        elif page.failure_class is FailureClass.BURST:
            self._end_with_its_parts(session, parent, now)

    def _take_in(
        self, session: Session, parent: IncidentRow, explained: Sequence[str], now: datetime
    ) -> None:
        """What came a moment before the leak was seen is the leak's, if nothing was tried."""
        place = (parent.scope, parent.scope_name)
        names = [node.name for node in nodes_in(place, self.site, self.live.drivers)]
        for row in incidents.untouched(session, names):
            if "*" in explained or {*row.heard} <= {*explained}:
                assert row.id is not None
                row.parent_id = parent.id
                signals.hand_over(session, row, parent)
                work_orders.withdraw(session, row.id)
                lifecycle.close(session, row, now, f"part of INC-{parent.id}: {parent.title}")

    def _end_with_its_parts(self, session: Session, parent: IncidentRow, now: datetime) -> None:
        assert parent.id is not None
        parts = incidents.children(session, parent.id)
        if not parts:
            if work_orders.withdraw(session, parent.id):
                lifecycle.close(session, parent, now, "all of its parts are well")
        elif parent.state is IncidentState.VERIFYING:
            for part in parts:
                _release(session, part, now)
            lifecycle.close(session, parent, now, "mended; each of its parts must prove it")


def _release(session: Session, part: IncidentRow, now: datetime) -> None:
    """The cause was mended: now the part must show it, unless somebody has it in hand."""
    assert part.id is not None
    free = part.state in (IncidentState.OPEN, IncidentState.REMEDYING, IncidentState.NEEDS_HANDS)
    if free and work_orders.withdraw(session, part.id):
        text = f"INC-{part.parent_id} was mended; verifying"
        lifecycle.move(session, part, IncidentState.VERIFYING, now, text)


def _signal(cause: Cause, now: datetime) -> SignalRow:
    scope, name = cause.place
    nodes = sorted(cause.nodes)
    return SignalRow(
        origin=f"burst:{scope}:{name}:{cause.failure_class}:{now.isoformat()}",
        node=nodes[0],
        at=now,
        received_at=now,
        kind="burst",
        code=scope.value,
        source=SignalSource.CONTROLLER,
        message=f"{cause.failure_class} on {len(nodes)} nodes of {scope} {name}: {_some(nodes)}",
        triaged=True,
    )


def _some(nodes: Sequence[str]) -> str:
    more = f" and {len(nodes) - MANY} more" if len(nodes) > MANY else ""
    return ", ".join(nodes[:MANY]) + more
