"""What can only be seen wrong in `site.toml` by looking at several of its tables at once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from thirdshift_controller.address import Address, address_of
from thirdshift_controller.config.explain import nearest
from thirdshift_controller.config.locate import KeyPath
from thirdshift_controller.config.site_tables import SSH_PORT, NodeTable, RackTable, SiteFile
from thirdshift_controller.config.source import Problem

Placed = tuple[KeyPath, Hashable, str]
"""Where a value stands, what must be unique about it, and how to say it."""


def problems_in(file: SiteFile) -> Iterator[Problem]:
    """Every contradiction in the file."""
    yield from _emptiness(file)
    yield from _duplicates(file)
    yield from _strangers(file)


def _emptiness(file: SiteFile) -> Iterator[Problem]:
    if not file.rows:
        yield Problem((), "the site has no rows; add [[rows]] with [[rows.racks]] under it")
    for number, row in enumerate(file.rows):
        if not row.racks:
            yield Problem(
                ("rows", number), f'row "{row.name}" has no racks; add [[rows.racks]] under it'
            )
    for path, rack in _racks(file):
        if not rack.nodes:
            text = f'rack "{rack.name}" has no nodes; add [[rows.racks.nodes]] or remove the rack'
            yield Problem(path, text)


def _duplicates(file: SiteFile) -> Iterator[Problem]:
    rows = [(("rows", number), row.name, row.name) for number, row in enumerate(file.rows)]
    yield from _twice(rows, "name", "another row")
    racks = [(path, rack.name, rack.name) for path, rack in _racks(file)]
    yield from _twice(racks, "name", "another rack")
    nodes = list(_nodes(file))
    yield from _twice([(path, one.name, one.name) for path, one in nodes], "name", "another node")
    agents = [(path, one.agent, one.agent) for path, one in nodes]
    yield from _twice(agents, "agent", "another node's agent")
    reached = [(path, Address.parse(one.ssh, SSH_PORT), one.ssh) for path, one in nodes if one.ssh]
    yield from _twice(reached, "ssh", "another node's address")
    bmcs = [(path, address_of(one.bmc.lower()), one.bmc) for path, one in nodes if one.bmc]
    yield from _twice(bmcs, "bmc", "another node's BMC")
    for path, rack in _racks(file):
        units = [
            ((*path, "nodes", number), int(one.rack_unit[1:]), one.rack_unit)
            for number, one in enumerate(rack.nodes)
        ]
        yield from _twice(units, "rack_unit", f'taken by another node of rack "{rack.name}"')
    people = [(("people", number), one.name, one.name) for number, one in enumerate(file.people)]
    yield from _twice(people, "name", "another person")


def _strangers(file: SiteFile) -> Iterator[Problem]:
    names = [person.name for person in file.people]
    for number, shift in enumerate(file.shifts):
        if shift.person not in names:
            remedy = nearest(shift.person, names, otherwise="add them there")
            text = f'"{shift.person}" is not in [[people]]; {remedy}'
            yield Problem(("shifts", number, "person"), text)


def _twice(placed: Iterable[Placed], key: str, whose: str) -> Iterator[Problem]:
    seen = set()
    for path, value, said in placed:
        if value in seen:
            yield Problem((*path, key), f'"{said}" is {whose} too; give each its own')
        seen.add(value)


def _racks(file: SiteFile) -> Iterator[tuple[KeyPath, RackTable]]:
    for number, row in enumerate(file.rows):
        for position, rack in enumerate(row.racks):
            yield ("rows", number, "racks", position), rack


def _nodes(file: SiteFile) -> Iterator[tuple[KeyPath, NodeTable]]:
    for path, rack in _racks(file):
        for number, node in enumerate(rack.nodes):
            yield (*path, "nodes", number), node
