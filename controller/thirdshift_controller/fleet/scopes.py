"""What a node shares with others: its rack, switch, feeds, cooling loop, gang, site. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from thirdshift_controller.fleet.inventory import Node, Site
from thirdshift_controller.wire import Scope

Place = tuple[Scope, str]
"""A kind of scope and the name of one."""

Versions = Mapping[str, str | None]
"""The driver that each node was last seen with."""


def scopes_of(node: Node, site: Site, versions: Versions) -> Iterator[Place]:
    """Everything that a node is part of, from itself to the site."""
    yield Scope.NODE, node.name
    yield Scope.RACK, node.rack
    if node.gang:
        yield Scope.GANG, node.gang
    if node.switch:
        yield Scope.SWITCH, node.switch
    for feed in node.feeds:
        yield Scope.FEED, feed
    if node.cooling:
        yield Scope.COOLING, node.cooling
    if version := versions.get(node.name):
        yield Scope.DRIVER, version
    yield Scope.SITE, site.name


def covers(place: Place, node: Node, site: Site, versions: Versions) -> bool:
    """Whether a node is part of a scope."""
    return place in scopes_of(node, site, versions)


def nodes_in(place: Place, site: Site, versions: Versions) -> tuple[Node, ...]:
    """The nodes of a scope, in the order of the site's file."""
    scope, name = place
    if scope is Scope.NODE:
        return (site.by_name[name],) if name in site.by_name else ()
    return tuple(node for node in site.nodes() if covers(place, node, site, versions))


def place_of(node: Node, unit_place: Scope, site: Site) -> Place:
    """Where an incident belongs whose page speaks of a rack or of the site."""
    return (unit_place, node.rack if unit_place is Scope.RACK else site.name)
