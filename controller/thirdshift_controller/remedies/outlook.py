"""All that the ladder looks at besides an incident: holds, pauses, spent budget, what worked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from thirdshift_controller.fleet.inventory import Node, Site
from thirdshift_controller.fleet.scopes import Versions, covers
from thirdshift_controller.incidents.holds import hold_on, words
from thirdshift_controller.remedies.budget import Limits, Use
from thirdshift_controller.remedies.rungs import DISTURBS
from thirdshift_controller.remedies.tally import Tallies, Tally
from thirdshift_controller.store import attempts, holds, nodes
from thirdshift_controller.store.tables import HoldRow, PauseRow

REMEMBERED = timedelta(days=180)
"""What worked longer ago worked on other drivers."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What holds for the whole site at one instant."""

    site: Site
    versions: Versions
    holds: Sequence[HoldRow]
    pauses: list[PauseRow]
    """Those that begin meanwhile are added."""
    use: Use
    busy: frozenset[str]
    """Nodes that something is being done to."""
    tallies: Tallies

    def stop(self, node: Node) -> str | None:
        """Why nothing automatic may happen to a node, if so."""
        hold = hold_on(self.holds, node, self.site, self.versions)
        return words(hold) if hold else None

    def pause(self, node: Node) -> PauseRow | None:
        """The pause that covers a node."""
        covering = (
            one
            for one in self.pauses
            if covers((one.scope, one.scope_name), node, self.site, self.versions)
        )
        return next(covering, None)

    def with_room_for(self, node: Node) -> Outlook:
        """The same where one more node has its share of the budget."""
        return replace(self, use=self.use.and_one(node.name, taken_out=False))


def look(
    session: Session, site: Site, versions: Versions, limits: Limits, now: datetime
) -> Outlook:
    """Read it, in the transaction that acts on it."""
    spent = attempts.disturbed(session, DISTURBS, now - limits.window)
    return Outlook(
        site=site,
        versions=versions,
        holds=holds.in_force(session, now),
        pauses=list(holds.pauses(session, now)),
        use=Use(
            frozenset(one.node for one in spent),
            frozenset(row.name for row in nodes.taken_out(session) if row.name in site.by_name),
        ),
        busy=frozenset(one.node for one in attempts.unfinished(session)),
        tallies=tallies(session, now),
    )


def tallies(session: Session, now: datetime) -> Mapping[tuple[str, str], Tally]:
    """What worked, by page and action."""
    return _summed(attempts.counts(session, now - REMEMBERED))


def _summed(counts: Iterable[attempts.Count]) -> Mapping[tuple[str, str], Tally]:
    held: dict[tuple[str, str], int] = defaultdict(int)
    tried: dict[tuple[str, str], int] = defaultdict(int)
    for one in counts:
        tried[one.runbook, one.action] += one.times
        held[one.runbook, one.action] += one.times * one.held
    return {key: Tally(held[key], times) for key, times in tried.items()}
