"""`site.toml`: what is owned and who works, as the fleet and the shifts know it."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from thirdshift_controller.config.site_checks import problems_in
from thirdshift_controller.config.site_tables import (
    DAYS,
    NodeTable,
    RackTable,
    ShiftTable,
    SiteFile,
)
from thirdshift_controller.config.source import read_source
from thirdshift_controller.fleet.inventory import Node, Rack, Row, Site
from thirdshift_controller.shifts.roster import Person, Roster, Shift


def load_site(path: Path) -> tuple[Site, Roster]:
    """Read the site and its rota. Raises `ConfigError` with every problem found."""
    source = read_source(path)
    file = source.fill(SiteFile)
    source.refuse(problems_in(file))
    return _site(file), _roster(file)


def _site(file: SiteFile) -> Site:
    rows = tuple(
        Row(
            row.name,
            tuple(
                Rack(rack.name, tuple(_node(node, row.name, rack) for node in rack.nodes))
                for rack in row.racks
            ),
        )
        for row in file.rows
    )
    return Site(file.site.name, ZoneInfo(file.site.timezone), rows)


def _node(node: NodeTable, row: str, rack: RackTable) -> Node:
    return Node(
        name=node.name,
        row=row,
        rack=rack.name,
        rack_unit=node.rack_unit,
        model=node.model,
        gpus=node.gpus,
        agent=node.agent,
        ssh=node.ssh,
        bmc=node.bmc,
        switch=node.switch or rack.switch,
        feeds=rack.feeds if node.feeds is None else node.feeds,
        cooling=node.cooling or rack.cooling,
        gang=node.gang,
    )


def _roster(file: SiteFile) -> Roster:
    people = tuple(Person(one.name, frozenset(one.skills)) for one in file.people)
    shifts = tuple(_shift(one) for one in file.shifts)
    return Roster(ZoneInfo(file.site.timezone), people, shifts)


def _shift(shift: ShiftTable) -> Shift:
    days = frozenset(DAYS.index(day) for day in shift.days)
    return Shift(shift.name, shift.starts, shift.ends, days, shift.person)
