"""Disks of the block layer: its columns in their places, and only disks that stay in the node."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.kernel_tree import KernelTree
from thirdshift_agent.collectors.host.disks import read

SDA = ("sda",)


@pytest.fixture
def tree(tmp_path: Path) -> KernelTree:
    tree = KernelTree(tmp_path)
    tree.disk("sda", "sys/devices/0:0:0:0")
    return tree


def test_each_column_of_the_statistics_is_read_in_its_place(tree: KernelTree) -> None:
    found = read(tree.roots)
    assert found["disk_reads_total", SDA] == 1234
    assert found["disk_read_bytes_total", SDA] == 80000 * 512
    assert found["disk_read_seconds_total", SDA] == pytest.approx(0.9)
    assert found["disk_writes_total", SDA] == 4321
    assert found["disk_write_bytes_total", SDA] == 16000 * 512
    assert found["disk_write_seconds_total", SDA] == pytest.approx(3.0)
    assert found["disk_requests_in_flight", SDA] == 2
    assert found["disk_io_seconds_total", SDA] == pytest.approx(4.5)


def test_size_and_refusal_to_write_are_told(tree: KernelTree) -> None:
    tree.write("sys/block/sda", {"ro": 1})
    found = read(tree.roots)
    assert found["disk_size_bytes", SDA] == 7_501_476_528 * 512
    assert found["disk_read_only", SDA] == 1


def test_the_counts_of_scsi_are_hexadecimal(tree: KernelTree) -> None:
    tree.write("sys/devices/0:0:0:0", {"ioerr_cnt": "0x1a", "iotmo_cnt": "0x2"})
    found = read(tree.roots)
    assert found["disk_io_errors_total", SDA] == 26
    assert found["disk_io_timeouts_total", SDA] == 2


@pytest.mark.parametrize(
    ("state", "online"), [("running", 1), ("live", 1), ("offline", 0), ("dead", 0)]
)
def test_a_disk_that_its_driver_gave_up_is_not_online(
    tree: KernelTree, state: str, online: float
) -> None:
    tree.write("sys/devices/0:0:0:0", {"state": state})
    assert read(tree.roots)["disk_online", SDA] == online


def test_a_disk_without_a_state_has_no_reading_of_it(tree: KernelTree) -> None:
    assert ("disk_online", SDA) not in read(tree.roots)


def test_a_short_line_of_statistics_costs_only_what_it_lacks(tree: KernelTree) -> None:
    tree.write("sys/block/sda", {"stat": "1 2 3"})
    found = read(tree.roots)
    assert found["disk_reads_total", SDA] == 1
    assert ("disk_writes_total", SDA) not in found
    assert ("disk_size_bytes", SDA) in found


def test_loops_removable_media_and_hidden_paths_are_left_out(tree: KernelTree) -> None:
    tree.write("sys/block/loop0", {"stat": "1 2 3", "size": 5})
    tree.disk("sr0", "sys/devices/1:0:0:0", removable=1)
    tree.disk("nvme0c0n1", "sys/devices/nvme0", hidden=1)
    assert {labels[0] for _, labels in read(tree.roots)} == {"sda"}
