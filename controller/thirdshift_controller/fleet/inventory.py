"""The site as its owner wrote it down: rows, racks, nodes. Read once, never changed by a fault."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from thirdshift_controller.wire import Scope

Place = tuple[Scope, str]
"""A kind of scope and the name of one."""


@dataclass(frozen=True, slots=True)
class Node:
    """One server and where it stands."""

    name: str
    row: str
    rack: str
    rack_unit: str
    model: str
    gpus: int
    """How many GPUs it was bought with; their slots are 0 to gpus - 1."""
    agent: str
    """Base URL of its agent."""
    ssh: str | None
    """`host` or `host:port`; without it nothing is tried over SSH."""
    bmc: str | None = None
    """`https://10.0.2.1` for Redfish, `ipmi://10.0.2.1` for IPMI; without it none is asked."""
    switch: str | None = None
    feeds: tuple[str, ...] = ()
    cooling: str | None = None
    """The loop that its heat leaves by."""
    gang: str | None = None
    """Nodes that one job uses together."""


@dataclass(frozen=True, slots=True)
class Rack:
    """One rack, its nodes from the bottom up."""

    name: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of racks."""

    name: str
    racks: tuple[Rack, ...]


@dataclass(frozen=True)
class Site:
    """The whole inventory."""

    name: str
    timezone: ZoneInfo
    rows: tuple[Row, ...]

    def nodes(self) -> Iterator[Node]:
        """Every node, in the order of the file."""
        return (node for row in self.rows for rack in row.racks for node in rack.nodes)

    @cached_property
    def by_name(self) -> dict[str, Node]:
        """Nodes by name."""
        return {node.name: node for node in self.nodes()}

    @cached_property
    def places_of(self) -> dict[str, tuple[Place, ...]]:
        """What each node is part of, from itself outwards, below the site."""
        return {node.name: tuple(_places(node)) for node in self.nodes()}

    @cached_property
    def nodes_of(self) -> dict[Place, tuple[Node, ...]]:
        """The same the other way round."""
        found: dict[Place, list[Node]] = defaultdict(list)
        for node in self.nodes():
            for place in self.places_of[node.name]:
                found[place].append(node)
        return {place: tuple(nodes) for place, nodes in found.items()}

    def place(self, name: str) -> Node:
        """A node by name; one that the file no longer knows stands nowhere."""
        nowhere = Node(name, "", "", "", "", 0, "", None)
        return self.by_name.get(name, nowhere)

    @property
    def gpus_installed(self) -> int:
        """GPUs bought, whether or not they answer."""
        return sum(node.gpus for node in self.nodes())


def _places(node: Node) -> Iterator[Place]:
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
