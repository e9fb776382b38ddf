"""How much of the site may be disturbed at a time. Pure decisions.

A scope that is full is closed for a while and opens by itself; nobody has to reset a breaker.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from thirdshift_controller.config import BudgetTable
from thirdshift_controller.fleet.inventory import Node, Place, Site
from thirdshift_controller.fleet.scopes import Versions, covers, scopes_of
from thirdshift_controller.wire import Scope


@dataclass(frozen=True, slots=True)
class Limits:
    """Nodes that may be disturbed within a window; and of the site, those out at one time."""

    window: timedelta
    cooldown: timedelta
    per_scope: dict[Scope, int]
    out_ratio: float


def limits_of(table: BudgetTable) -> Limits:
    """The site's settings as limits."""
    return Limits(
        window=timedelta(seconds=table.window_seconds),
        cooldown=timedelta(seconds=table.cooldown_seconds),
        per_scope={
            Scope.SITE: table.site_nodes,
            Scope.RACK: table.rack_nodes,
            Scope.FEED: table.feed_nodes,
            Scope.GANG: table.gang_nodes,
        },
        out_ratio=table.site_ratio,
    )


@dataclass(frozen=True, slots=True)
class Refusal:
    """The scope that is full, and the sentence that says so."""

    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class Use:
    """What has been spent: the nodes disturbed within the window, and those we hold out now."""

    disturbed: frozenset[str]
    out: frozenset[str]

    def and_one(self, node: str, taken_out: bool) -> Use:
        """With one more node disturbed."""
        return Use(self.disturbed | {node}, self.out | {node} if taken_out else self.out)


def refusal(node: Node, site: Site, versions: Versions, use: Use, limits: Limits) -> Refusal | None:
    """The widest scope that has no room for one more node; `None` where all have.

    A node that is disturbed already is not one more.
    """
    return (
        None if node.name in use.disturbed else next(_full(node, site, versions, use, limits), None)
    )


def _full(
    node: Node, site: Site, versions: Versions, use: Use, limits: Limits
) -> Iterator[Refusal]:
    minutes = limits.window.total_seconds() / 60
    for place in reversed(list(scopes_of(node, site, versions))):
        most = limits.per_scope.get(place[0])
        inside = _within(use.disturbed, place, site, versions)
        if most is not None and len(inside) >= most:
            scope, name = place
            yield Refusal(
                place,
                f"{len(inside)} nodes of {scope} {name} in {minutes:.0f} min: {_list(inside)}",
            )
    most_out = max(1, int(limits.out_ratio * len(site.by_name)))
    if node.name not in use.out and len(use.out) >= most_out:
        where = (Scope.SITE, site.name)
        yield Refusal(
            where, f"{len(use.out)} nodes are out of service for repair: {_list(use.out)}"
        )


def _within(names: Iterable[str], place: Place, site: Site, versions: Versions) -> list[str]:
    nodes = (site.by_name[name] for name in names if name in site.by_name)
    return [node.name for node in nodes if covers(place, node, site, versions)]


def _list(names: Collection[str]) -> str:
    first, more = sorted(names)[:5], len(names) - 5
    return ", ".join(first) + (f" and {more} more" if more > 0 else "")
