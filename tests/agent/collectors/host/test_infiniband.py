"""Ports of InfiniBand and RoCE: every counter under its own name, in bytes, and none invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.kernel_tree import KernelTree
from thirdshift_agent.collectors.host.infiniband import INFO, read

PORT = ("mlx5_0", "1")
HERE = "sys/class/infiniband/mlx5_0/ports/1"


@pytest.fixture
def tree(tmp_path: Path) -> KernelTree:
    tree = KernelTree(tmp_path)
    tree.adapter("mlx5_0", "0000:3b:00.0")
    return tree


def test_a_port_that_is_up_says_so_and_what_it_carries(tree: KernelTree) -> None:
    found = read(tree.roots)
    assert found["ib_port_up", PORT] == 1
    assert found["ib_port_physically_up", PORT] == 1
    assert found["ib_port_rate_bytes_per_second", PORT] == 5e10


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("symbol_errors", 7),
        ("link_error_recoveries", 2),
        ("link_downed", 5),
        ("receive_errors", 3),
        ("transmit_discards", 11),
        ("local_link_integrity_errors", 1),
        ("excessive_buffer_overrun_errors", 4),
        ("receive_bytes", 1_000_000),
        ("transmit_bytes", 2_000_000),
        ("out_of_sequence", 21),
        ("packet_sequence_errors", 22),
        ("local_ack_timeouts", 23),
        ("receiver_not_ready_naks", 24),
        ("roce_adaptive_retransmissions", 25),
        ("roce_adaptive_retransmission_timeouts", 26),
    ],
)
def test_a_counter_is_read_under_its_name(tree: KernelTree, row: str, value: float) -> None:
    assert read(tree.roots)[f"ib_port_{row}_total", PORT] == value


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ("400 Gb/sec (4X NDR)", 5e10),
        ("2.5 Gb/sec (1X SDR)", 312_500_000),
        ("100 Gb/sec (4X EDR)", 1.25e10),
        ("Gb/sec", None),
        ("", None),
    ],
)
def test_a_rate_is_told_in_bytes_a_second(tree: KernelTree, told: str, value: float | None) -> None:
    tree.write(HERE, {"rate": told})
    assert read(tree.roots).get(("ib_port_rate_bytes_per_second", PORT)) == value


def test_a_port_that_is_down_is_not_up(tree: KernelTree) -> None:
    tree.write(HERE, {"state": "1: DOWN", "phys_state": "2: Polling"})
    found = read(tree.roots)
    assert found["ib_port_up", PORT] == 0
    assert found["ib_port_physically_up", PORT] == 0


def test_a_counter_that_the_port_does_not_keep_has_no_reading(tree: KernelTree) -> None:
    tree.write(f"{HERE}/counters", {"symbol_error": "N/A (no PMA)"})
    assert ("ib_port_symbol_errors_total", PORT) not in read(tree.roots)


def test_a_port_without_a_counter_of_its_downs_takes_its_interfaces(tree: KernelTree) -> None:
    (tree.root / HERE / "counters/link_downed").unlink()
    tree.write(f"{HERE}/gid_attrs/ndevs", {"0": "ib0"})
    tree.interface("ib0", "0000:3b:00.0", carrier_down_count=9)
    assert read(tree.roots)["ib_port_link_downed_total", PORT] == 9


def test_on_ethernet_the_interface_counts_the_downs(tmp_path: Path) -> None:
    tree = KernelTree(tmp_path)
    tree.adapter("mlx5_0", "0000:3b:00.0", link_layer="Ethernet")
    tree.interface("ens1", "0000:3b:00.0", carrier_down_count=2)
    tree.write("sys/bus/pci/devices/0000:3b:00.0/net/ens1", {"dev_port": 0})
    assert read(tree.roots)["ib_port_link_downed_total", PORT] == 2


def test_the_info_joins_a_port_with_its_interface_and_its_place(tree: KernelTree) -> None:
    tree.write(f"{HERE}/gid_attrs/ndevs", {"0": "ib0"})
    about = ("InfiniBand", "ib0", "00000000:3b:00.0", "MT4129", "MT_0000000838", "28.39.1002")
    assert read(tree.roots)[INFO.name, (*PORT, *about)] == 1


def test_the_second_port_of_an_adapter_has_the_second_interface(tree: KernelTree) -> None:
    tree.write("sys/class/infiniband/mlx5_0/ports/2", {"state": "1: DOWN"})
    for name, rank in (("a", 0), ("b", 1)):
        tree.write(f"sys/bus/pci/devices/0000:3b:00.0/net/{name}", {"dev_port": rank})
    netdevs = {labels[1]: labels[3] for name, labels in read(tree.roots) if name == INFO.name}
    assert netdevs == {"1": "a", "2": "b"}


def test_a_virtual_function_is_left_out(tree: KernelTree) -> None:
    tree.link("sys/bus/pci/devices/0000:3b:00.0/physfn", "sys/bus/pci/devices/0000:3a:00.0")
    assert read(tree.roots) == {}


def test_a_node_without_infiniband_has_no_readings(tmp_path: Path) -> None:
    assert read(KernelTree(tmp_path).roots) == {}
