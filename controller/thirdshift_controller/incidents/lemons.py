"""Nodes that fail again and again: noticed, scored, and handed to a person for good.

Published: 1.2 to 1.7 % of nodes; without them large jobs fail a third as often (repair.md 2.1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from thirdshift_agent.wire import SignalSource
from thirdshift_controller.store import attempts, incidents, signals
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import IncidentRow, SignalRow
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.page import Disposition, FailureClass

RETURNS, RETURNS_WITHIN = 3, timedelta(days=14)
FIXES_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Record:
    """What a node has needed lately, since it was last taken apart as a lemon."""

    returns: int
    """Repairs that proved well, within 14 days."""
    fixes: int
    """Remote attempts that ran to a good end, within 7 days."""
    last_at: datetime | None

    def score(self, most_fixes: int) -> float:
        """1 and more is a lemon."""
        return max(self.returns / RETURNS, self.fixes / most_fixes)


def records(
    returned: Iterable[IncidentRow], fixed: Iterable[attempts.Disturbed], catalogue: Catalogue
) -> Mapping[str, Record]:
    """The record of every node that has one; an incident of a lemon that was closed wipes it.

    What was part of a wider cause says nothing against the node.
    """
    returns: dict[str, list[datetime]] = defaultdict(list)
    wiped: dict[str, datetime] = {}
    for row in returned:
        assert row.closed_at is not None
        page = catalogue.page(row.runbook)
        if page.failure_class is FailureClass.LEMON:
            wiped[row.node] = row.closed_at
        elif page.disposition is Disposition.REPAIR and row.parent_id is None:
            returns[row.node].append(row.closed_at)
    fixes: dict[str, list[datetime]] = defaultdict(list)
    for fix in fixed:
        fixes[fix.node].append(fix.at)
    return {
        name: record
        for name in {*returns, *fixes}
        if (record := _since(wiped.get(name), returns[name], fixes[name])).last_at is not None
    }


def _since(wiped_at: datetime | None, returns: list[datetime], fixes: list[datetime]) -> Record:
    """What is left of a node's instants after it was last taken apart."""
    returned = [at for at in returns if wiped_at is None or at > wiped_at]
    fixed = [at for at in fixes if wiped_at is None or at > wiped_at]
    return Record(len(returned), len(fixed), max([*returned, *fixed], default=None))


@dataclass(frozen=True, slots=True)
class Lemons:
    """Tells of nodes that have become lemons."""

    store: Store
    catalogue: Catalogue
    most_fixes: int
    """Within 7 days."""

    def run(self, now: datetime) -> None:
        """Tell once of each; while its incident is open there is nothing to tell."""
        with self.store.write() as session:
            signals.keep(session, list(self._told(session, now)))

    def records(self, session: Session, now: datetime) -> Mapping[str, Record]:
        """The record of every node that has one."""
        returned = incidents.returns(session, now - RETURNS_WITHIN)
        return records(returned, attempts.fixes(session, now - FIXES_WITHIN), self.catalogue)

    def _told(self, session: Session, now: datetime) -> Iterator[SignalRow]:
        for name, record in self.records(session, now).items():
            if record.score(self.most_fixes) >= 1:
                yield _signal(name, record, now)


def _signal(name: str, record: Record, now: datetime) -> SignalRow:
    return SignalRow(
        origin=f"lemon:{name}:{record.last_at}",
        node=name,
        at=now,
        received_at=now,
        kind="node",
        code="lemon",
        source=SignalSource.CONTROLLER,
        message=f"{record.returns} returns in 14 days, {record.fixes} remote fixes in 7",
    )
