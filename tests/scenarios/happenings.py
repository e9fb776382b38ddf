"""When and where a scenario's events happen, each node in its turn. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scenarios.scenario import Event, Scenario, Where
from thirdshift_controller.fleet.inventory import Node, Site


@dataclass(frozen=True)
class Happening:
    """One event on one node."""

    at: datetime
    node: str
    event: Event


def happenings(scenario: Scenario, site: Site, begin: datetime) -> list[Happening]:
    """All of them, in the order of their instants. Raises `ValueError` for a place that is not."""
    found = [
        Happening(begin + timedelta(minutes=event.at_minutes, seconds=seconds), node.name, event)
        for event in scenario.event
        for node, seconds in _in_turn(_nodes(event.on, site), event.apart_seconds)
    ]
    return sorted(found, key=lambda one: one.at)


def _in_turn(nodes: Sequence[Node], apart_seconds: float) -> Iterator[tuple[Node, float]]:
    return ((node, place * apart_seconds) for place, node in enumerate(nodes))


def _nodes(where: Where, site: Site) -> list[Node]:
    named = {where.node, *where.nodes}
    everyone = list(site.nodes())
    if where.first_nodes:
        return everyone[: where.first_nodes]
    found = [node for node in everyone if node.name in named or node.rack == where.rack]
    if not found:
        raise ValueError(f"{where!r} is nowhere at {site.name}; see scenarios/site.py for names")
    return found
