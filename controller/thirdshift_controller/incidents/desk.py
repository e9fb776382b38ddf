"""All that a batch of signals is judged by, read in a handful of questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from thirdshift_controller.fleet.inventory import Place, Site
from thirdshift_controller.fleet.scopes import Versions
from thirdshift_controller.incidents.board import Board, Candidate
from thirdshift_controller.incidents.past import Said, recall
from thirdshift_controller.store import incidents, nodes
from thirdshift_controller.store.draft import Draft
from thirdshift_controller.store.tables import IncidentRow, SignalRow
from thirdshift_controller.wire import Scope
from thirdshift_runbooks.catalogue import Catalogue

Spot = tuple[str, str, int | None]
"""A node or what is wider, its name, and a slot of it."""

Incident = IncidentRow | Draft
"""What is open: in the database, or since a moment ago."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What is open, what was closed lately, what was said before, and how long we have listened."""

    board: Board[Incident]
    closed: dict[Spot, list[IncidentRow]]
    """Newest first."""
    said: Said
    known_since_at: dict[str, datetime]
    """Since when each node has been in our charge."""


def lay(
    session: Session,
    batch: Sequence[SignalRow],
    site: Site,
    catalogue: Catalogue,
    versions: Versions,
    burst: timedelta,
    reopen: timedelta,
) -> Desk:
    """Read everything that the batch needs."""
    names = sorted({signal.node for signal in batch})
    board: Board[Incident] = Board(site, versions)
    board.pin(_candidate(row, catalogue) for row in incidents.around(session, names))
    since = min((signal.at for signal in batch), default=None)
    return Desk(
        board=board,
        closed=_by_spot(incidents.closed_on(session, names, since - reopen)) if since else {},
        said=recall(session, batch, catalogue, burst),
        known_since_at=nodes.known_since(session, names),
    )


def _candidate(row: IncidentRow, catalogue: Catalogue) -> Candidate[Incident]:
    page = catalogue.page(row.runbook)
    heard = [page, *map(catalogue.for_signal, row.heard)]
    return Candidate(row, page, list({one.id: one for one in heard}.values()))


def spot_of(where: Place, slot: int | None) -> Spot:
    """Where an incident is, be it of a GPU or of its node."""
    scope, name = where
    return (Scope.NODE if scope is Scope.GPU else scope, name, slot)


def _by_spot(rows: Iterable[IncidentRow]) -> dict[Spot, list[IncidentRow]]:
    spots: dict[Spot, list[IncidentRow]] = defaultdict(list)
    for row in rows:
        spots[spot_of(row.place, row.gpu_slot)].append(row)
    return spots
