"""One cause for many: faults of one kind that share a rack, a feed, a driver. Pure decisions.

Independent faults meet by chance, the more so the larger the site; so what is wide needs many, and
the narrowest thing that nearly all of them share is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from thirdshift_controller.fleet.inventory import Place, Site
from thirdshift_controller.fleet.scopes import Versions, nodes_in, scopes_of
from thirdshift_controller.wire import Scope
from thirdshift_runbooks.page import FailureClass

WINDOW = timedelta(hours=1)
FEWEST = 3
"""Nodes; below it is chance."""
HALF = 0.5
"""Of a rack's or a switch's nodes."""
FIFTH = 0.2
"""Of those on a feed, a cooling loop or a driver."""
OF_THE_SITE = 0.02
SHARED = 0.8
"""Of the faults that must be within a scope for it to be the cause."""

_WIDTH = (Scope.RACK, Scope.SWITCH, Scope.FEED, Scope.COOLING, Scope.DRIVER, Scope.SITE)
"""Narrow to wide."""
_LEAST = {
    Scope.RACK: HALF,
    Scope.SWITCH: HALF,
    Scope.FEED: FIFTH,
    Scope.COOLING: FIFTH,
    Scope.DRIVER: FIFTH,
    Scope.SITE: OF_THE_SITE,
}
_ALONE = frozenset(
    {
        FailureClass.BREAKER,
        FailureClass.BURST,
        FailureClass.LEMON,
        FailureClass.LIQUID,
        FailureClass.REPLACEMENT,
        FailureClass.RETURN_TO_SERVICE,
        FailureClass.UNKNOWN,
    }
)
"""What has no common cause, or is one already."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One open repair, as far as its cause goes."""

    incident: int
    node: str
    failure_class: FailureClass
    begun_at: datetime
    parent: int | None = None
    """The incident of a cause that it is known to have."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What many faults of one kind share."""

    place: Place
    failure_class: FailureClass
    faults: tuple[Fault, ...]

    @property
    def nodes(self) -> frozenset[str]:
        """Where they are."""
        return frozenset(fault.node for fault in self.faults)


def causes(
    faults: Iterable[Fault], site: Site, versions: Versions, now: datetime
) -> Iterator[Cause]:
    """Every common cause that the recent faults point at, at most one a class of failure."""
    by_class: dict[FailureClass, list[Fault]] = defaultdict(list)
    for fault in faults:
        if now - fault.begun_at <= WINDOW and fault.failure_class not in _ALONE:
            by_class[fault.failure_class].append(fault)
    for kind, ours in by_class.items():
        if len(_nodes(ours)) >= FEWEST:
            yield from _cause(kind, ours, site, versions)


def _cause(
    kind: FailureClass,
    faults: Sequence[Fault],
    site: Site,
    versions: Versions,
) -> Iterator[Cause]:
    """The narrowest scope that holds most of them; else each rack that is struck by itself."""
    struck = _struck(faults, site, versions)
    everywhere = len({fault.node for fault in faults})
    found = [place for place, inside in struck.items() if _is_struck(place, inside, site, versions)]
    found.sort(key=lambda place: _WIDTH.index(place[0]))
    for place in found:
        if len(_nodes(struck[place])) >= SHARED * everywhere and _explains(place, kind, versions):
            yield Cause(place, kind, tuple(struck[place]))
            return
    for place in found:
        if place[0] in (Scope.RACK, Scope.SWITCH) and _explains(place, kind, versions):
            yield Cause(place, kind, tuple(struck[place]))


def _struck(faults: Iterable[Fault], site: Site, versions: Versions) -> dict[Place, list[Fault]]:
    struck: dict[Place, list[Fault]] = defaultdict(list)
    for fault in faults:
        for place in scopes_of(site.by_name[fault.node], site, versions):
            if place[0] in _WIDTH:
                struck[place].append(fault)
    return struck


def _is_struck(place: Place, inside: Iterable[Fault], site: Site, versions: Versions) -> bool:
    count = len(_nodes(inside))
    enough = count >= FEWEST
    return enough and count >= _LEAST[place[0]] * len(nodes_in(place, site, versions))


def _explains(place: Place, kind: FailureClass, versions: Versions) -> bool:
    """Software is rolled out by version, not by rack; all else needs a driver that others lack."""
    if kind is FailureClass.SOFTWARE_MISMATCH:
        return place[0] in (Scope.DRIVER, Scope.SITE)
    return place[0] is not Scope.DRIVER or len(set(versions.values())) > 1


def _nodes(faults: Iterable[Fault]) -> set[str]:
    return {fault.node for fault in faults}
