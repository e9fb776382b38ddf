"""InfiniBand ports, judged from readings."""

from __future__ import annotations

from thirdshift_agent.checks.finding import Status
from thirdshift_agent.checks.links import link_findings
from thirdshift_agent.collectors.row import Series

Said = list[tuple[Status, str]]


def node(**ports: tuple[str, float, float]) -> dict[Series, float]:
    """Ports by device: link layer, whether up, gigabits per second."""
    readings: dict[Series, float] = {}
    for device, (layer, up, gigabits) in ports.items():
        port = (device, "1")
        readings["ib_port_info", (*port, layer, "ib0")] = 1.0
        readings["ib_port_up", port] = up
        readings["ib_port_rate_bytes_per_second", port] = gigabits * 1e9 / 8
    return readings


def said(readings: dict[Series, float]) -> Said:
    found = link_findings(readings, 50e9)
    return [(finding.status, finding.text) for finding in found]


def test_ports_that_are_up_at_their_rate_are_well() -> None:
    assert said(node(mlx5_0=("InfiniBand", 1, 400), mlx5_1=("InfiniBand", 1, 400))) == []


def test_a_slow_port_is_critical() -> None:
    assert said(node(mlx5_0=("InfiniBand", 1, 200))) == [
        (Status.CRITICAL, "port mlx5_0/1 runs at 200 Gb/s of 400 Gb/s")
    ]
    assert link_findings(node(mlx5_0=("InfiniBand", 1, 200))) == (), "no floor is known"


def test_a_port_that_is_down_is_a_warning() -> None:
    readings = node(mlx5_0=("InfiniBand", 1, 400), mlx5_1=("InfiniBand", 0, 10))
    assert said(readings) == [(Status.WARNING, "port mlx5_1/1 is not active")]


def test_ethernet_and_nodes_without_ports_are_left_out() -> None:
    assert said(node(mlx5_an0=("Ethernet", 1, 100), mlx5_an1=("Ethernet", 0, 100))) == []
    assert said({}) == []
