"""What a node shares with others: its rack, switch, feeds, cooling loop, gang, site. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from thirdshift_controller.fleet.inventory import Node, Place, Site
from thirdshift_controller.wire import Scope

Versions = Mapping[str, str | None]
"""The driver that each node was last seen with."""


def scopes_of(node: Node, site: Site, versions: Versions) -> Iterator[Place]:
    """Everything that a node is part of, from itself to the site."""
    yield from site.places_of[node.name]
    if version := versions.get(node.name):
        yield Scope.DRIVER, version
    yield Scope.SITE, site.name


def covers(place: Place, node: Node, site: Site, versions: Versions) -> bool:
    """Whether a node is part of a scope."""
    if place[0] is Scope.NODE:
        return place[1] == node.name
    return place in scopes_of(node, site, versions)


def nodes_in(place: Place, site: Site, versions: Versions) -> tuple[Node, ...]:
    """The nodes of a scope, in the order of the site's file."""
    scope, name = place
    if scope is Scope.DRIVER:
        return tuple(node for node in site.nodes() if versions.get(node.name) == name)
    if scope is Scope.SITE:
        return tuple(site.nodes()) if name == site.name else ()
    return site.nodes_of.get(place, ())


def place_of(node: Node, scope: Scope, site: Site) -> Place:
    """Where an incident belongs whose page speaks of a rack or of the site."""
    return (scope, node.rack if scope is Scope.RACK else site.name)
