"""What is open, by where it is: all that triage looks at besides the signal itself. No database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from thirdshift_controller.fleet.inventory import Node, Place, Site
from thirdshift_controller.fleet.scopes import Versions, scopes_of
from thirdshift_controller.wire import IncidentState, Scope
from thirdshift_runbooks.page import Page


class OpenIncident(Protocol):
    """What triage needs to know of an incident that is open."""

    scope: Scope
    scope_name: str
    node: str
    gpu_slot: int | None
    runbook: str
    severity: str
    state: IncidentState
    begun_at: datetime
    last_signal_at: datetime
    silence_until_at: datetime | None


Known = TypeVar("Known", bound=OpenIncident)


@dataclass(slots=True)
class Candidate(Generic[Known]):
    """An incident that is open where the signal comes from, or above it."""

    incident: Known
    page: Page
    heard: Collection[Page]
    """The pages of all signals that belong to it."""


@dataclass(frozen=True, slots=True)
class Surroundings(Generic[Known]):
    """What is open on a signal's unit, on the node's others, and on what the node is part of."""

    here: tuple[Candidate[Known], ...]
    beside: tuple[Candidate[Known], ...]
    above: tuple[Candidate[Known], ...]


@dataclass
class Board(Generic[Known]):
    """The open incidents of some nodes and of everything above them."""

    site: Site
    versions: Versions
    _by_place: dict[Place, list[Candidate[Known]]] = field(default_factory=dict)

    def pin(self, candidates: Iterable[Candidate[Known]]) -> None:
        """Put incidents on the board, after those that are there."""
        for one in candidates:
            scope = Scope.NODE if one.incident.node else one.incident.scope
            self._by_place.setdefault((scope, one.incident.scope_name), []).append(one)

    def around(self, node: Node, slot: int | None) -> Surroundings[Known]:
        """What is open around a unit, oldest first."""
        own = self._by_place.get((Scope.NODE, node.name), ())
        here = tuple(one for one in own if one.incident.gpu_slot == slot)
        beside = tuple(one for one in own if one.incident.gpu_slot != slot)
        return Surroundings(here, beside, tuple(self.above(node)))

    def above(self, node: Node) -> Iterable[Candidate[Known]]:
        """What is open on the node's rack, feed and so on, narrowest first."""
        for place in scopes_of(node, self.site, self.versions):
            if place[0] is not Scope.NODE:
                yield from self._by_place.get(place, ())
