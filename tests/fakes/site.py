"""A small site: two racks of two nodes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from thirdshift_controller.fleet.inventory import Node, Rack, Row, Site


def node(name: str = "gpu-1", rack: str = "R01-01", ssh: str | None = "127.0.0.1:22") -> Node:
    return Node(
        name=name,
        row="R01",
        rack=rack,
        rack_unit="U04",
        model="hgx-h100-8",
        gpus=8,
        agent=f"http://{name}.example:9400",
        ssh=ssh,
    )


def small_site() -> Site:
    racks = tuple(
        Rack(rack, tuple(node(name, rack) for name in names))
        for rack, names in (("R01-01", ("gpu-1", "gpu-2")), ("R01-02", ("gpu-3", "gpu-4")))
    )
    return Site("test-1", ZoneInfo("America/Toronto"), (Row("R01", racks),))
