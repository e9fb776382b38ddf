"""Interfaces of hardware: up or not, how fast, how often the carrier went."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.kernel_tree import KernelTree
from thirdshift_agent.collectors.host.network import read

ETH = ("eth0",)


@pytest.fixture
def tree(tmp_path: Path) -> KernelTree:
    tree = KernelTree(tmp_path)
    tree.interface("eth0", "0000:3b:00.0")
    return tree


def test_each_statistic_is_read_under_its_name(tree: KernelTree) -> None:
    found = read(tree.roots)
    names = ("bytes", "errors", "drops")
    assert [found[f"net_receive_{name}_total", ETH] for name in names] == [0, 2, 5]
    assert [found[f"net_transmit_{name}_total", ETH] for name in names] == [1, 3, 6]
    assert found["net_receive_crc_errors_total", ETH] == 4
    assert found["net_carrier_changes_total", ETH] == 3
    assert found["net_carrier_downs_total", ETH] == 1


@pytest.mark.parametrize(
    ("operstate", "carrier", "up"),
    [
        ("up", 1, 1),
        ("down", 0, 0),
        ("lowerlayerdown", 1, 0),
        ("unknown", 1, 1),
        ("unknown", 0, 0),
        ("unknown", "", None),
        ("?", 17, None),
    ],
)
def test_what_the_driver_does_not_say_the_carrier_does(
    tree: KernelTree, operstate: str, carrier: object, up: float | None
) -> None:
    tree.write("sys/class/net/eth0", {"operstate": operstate, "carrier": carrier})
    assert read(tree.roots).get(("net_up", ETH)) == up


@pytest.mark.parametrize(("flags", "enabled"), [("0x1003", 1), ("0x1002", 0), ("", None)])
def test_an_interface_that_was_switched_off_is_told_apart(
    tree: KernelTree, flags: str, enabled: float | None
) -> None:
    tree.write("sys/class/net/eth0", {"flags": flags})
    assert read(tree.roots).get(("net_enabled", ETH)) == enabled


@pytest.mark.parametrize(
    ("megabits", "value"),
    [(400_000, 5e10), (1000, 1.25e8), (-1, None), (4294967295, None), (0, None), ("", None)],
)
def test_a_speed_that_is_not_known_has_no_reading(
    tree: KernelTree, megabits: object, value: float | None
) -> None:
    tree.write("sys/class/net/eth0", {"speed": megabits})
    assert read(tree.roots).get(("net_speed_bytes_per_second", ETH)) == value


def test_interfaces_without_hardware_and_virtual_functions_are_left_out(tree: KernelTree) -> None:
    tree.write("sys/class/net/lo", {"operstate": "unknown", "carrier": 1})
    tree.interface("eth0v0", "0000:3b:00.1")
    tree.link("sys/bus/pci/devices/0000:3b:00.1/physfn", "sys/bus/pci/devices/0000:3b:00.0")
    assert {labels[0] for _, labels in read(tree.roots)} == {"eth0"}


def test_the_info_says_driver_and_place(tree: KernelTree) -> None:
    tree.link("sys/bus/pci/devices/0000:3b:00.0/driver", "sys/bus/pci/drivers/mlx5_core")
    assert ("net_info", ("eth0", "mlx5_core", "00000000:3b:00.0")) in read(tree.roots)
