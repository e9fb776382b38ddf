"""A site of any size: a rack has a switch and two feeds, a row a cooling loop, a gang four."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from scenarios.scenario import Scale
from thirdshift_controller.fleet.inventory import Node, Rack, Row, Site

GANG = 4


def site_of(scale: Scale) -> Site:
    """Rows `R01`, racks `R01-01`, nodes `gpu-01011`, numbered from 1."""
    rows = tuple(_row(number, scale) for number in range(1, scale.rows + 1))
    return Site("scenario-1", ZoneInfo("America/Toronto"), rows)


def only(site: Site, names: Collection[str]) -> Site:
    """The same site with no nodes but these."""
    rows = tuple(replace(row, racks=tuple(_thinned(row, names))) for row in site.rows)
    return Site(site.name, site.timezone, rows)


def _thinned(row: Row, names: Collection[str]) -> Iterator[Rack]:
    for rack in row.racks:
        yield Rack(rack.name, tuple(node for node in rack.nodes if node.name in names))


def _row(number: int, scale: Scale) -> Row:
    name = f"R{number:02}"
    racks = (f"{name}-{rack:02}" for rack in range(1, scale.racks_per_row + 1))
    return Row(name, tuple(Rack(rack, tuple(_nodes(name, rack, scale))) for rack in racks))


def _nodes(row: str, rack: str, scale: Scale) -> Iterator[Node]:
    digits = rack.removeprefix("R").replace("-", "")
    for number in range(1, scale.nodes_per_rack + 1):
        name = f"gpu-{digits}{number}"
        yield Node(
            name=name,
            row=row,
            rack=rack,
            rack_unit=f"U{2 * number:02}",
            model=f"hgx-h100-{scale.gpus_per_node}",
            gpus=scale.gpus_per_node,
            agent=f"http://{name}.example:9400",
            ssh=f"{name}.example",
            bmc=f"https://{name}-bmc.example",
            switch=f"sw-{rack}",
            feeds=(f"{rack}-A", f"{rack}-B"),
            cooling=f"loop-{row}",
            gang=f"gang-{rack}-{(number - 1) // GANG + 1}",
        )
