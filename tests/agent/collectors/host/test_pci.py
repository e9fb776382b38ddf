"""What PCI shows of the devices that matter, with a driver or without."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.kernel_tree import ADAPTER, AER, DRIVE, GPU, NVSWITCH, KernelTree
from thirdshift_agent.collectors.host.pci import has_nvswitch, read

ADDRESS = "00000000:3b:00.0"
CARD = (ADDRESS, "gpu")
HERE = "sys/bus/pci/devices/0000:3b:00.0"


@pytest.fixture
def tree(tmp_path: Path) -> KernelTree:
    tree = KernelTree(tmp_path)
    tree.pci("0000:3b:00.0", GPU | AER, driver="nvidia")
    return tree


def test_gpus_and_switches_are_counted_with_or_without_a_driver(tree: KernelTree) -> None:
    tree.pci("0000:5b:00.0", GPU | {"class": "0x030000"})
    tree.pci("0000:5c:00.0", GPU | {"class": "0x040300"})
    tree.pci("0000:5d:00.0", GPU | {"vendor": "0x1002"})
    tree.pci("0000:5e:00.0", NVSWITCH)
    found = read(tree.roots)
    assert found["pci_gpus", ()] == 2
    assert found["pci_nvswitches", ()] == 1
    assert has_nvswitch(tree.roots)


def test_a_node_without_gpus_has_none_and_one_without_pci_does_not_know(tmp_path: Path) -> None:
    tree = KernelTree(tmp_path)
    assert read(tree.roots) == {}
    tree.pci("0000:00:03.0", {"class": "0x020000"})
    assert read(tree.roots) == {("pci_gpus", ()): 0, ("pci_nvswitches", ()): 0}


def test_each_class_is_told_by_name(tree: KernelTree) -> None:
    tree.pci("0000:30:00.0", ADAPTER)
    tree.pci("0000:31:00.0", ADAPTER | {"class": "0x020000"})
    tree.write("sys/bus/pci/devices/0000:31:00.0/infiniband/mlx5_1", {"fw_ver": 1})
    tree.pci("0000:32:00.0", ADAPTER | {"class": "0x020000"})
    tree.pci("0000:e3:00.0", DRIVE)
    bound = {labels for name, labels in read(tree.roots) if name == "pci_driver_bound"}
    assert bound == {
        CARD,
        ("00000000:30:00.0", "adapter"),
        ("00000000:31:00.0", "adapter"),
        ("00000000:e3:00.0", "nvme"),
    }


def test_a_device_without_a_driver_is_told(tree: KernelTree) -> None:
    tree.pci("0000:e3:00.0", DRIVE)
    found = read(tree.roots)
    assert found["pci_driver_bound", CARD] == 1
    assert found["pci_driver_bound", ("00000000:e3:00.0", "nvme")] == 0


def test_the_info_says_driver_port_and_node(tree: KernelTree) -> None:
    tree.write(HERE, {"numa_node": 1})
    tree.link(f"{HERE}/iommu_group", "sys/kernel/iommu_groups/42")
    labels = (*CARD, "0x10de", "0x2330", "nvidia", "00000000:00:01.0", "1", "42")
    assert read(tree.roots)["pci_device_info", labels] == 1


@pytest.mark.parametrize(
    ("told", "value"),
    [("32.0 GT/s PCIe", 32e9), ("2.5 GT/s PCIe", 2.5e9), ("8 GT/s", 8e9), ("Unknown", None)],
)
def test_a_links_speed_is_read_where_it_is_known(
    tree: KernelTree, told: str, value: float | None
) -> None:
    tree.write(HERE, {"current_link_speed": told, "max_link_speed": told})
    found = read(tree.roots)
    assert found.get(("pci_link_transfers_per_second", CARD)) == value
    assert found.get(("pci_link_transfers_per_second_max", CARD)) == value


@pytest.mark.parametrize(("told", "value"), [("16", 16), ("0", None), ("63", None), ("255", None)])
def test_lanes_that_cannot_be_have_no_reading(
    tree: KernelTree, told: str, value: float | None
) -> None:
    tree.write(HERE, {"current_link_width": told, "max_link_width": "16"})
    found = read(tree.roots)
    assert found.get(("pci_link_lanes", CARD)) == value
    assert found["pci_link_lanes_max", CARD] == 16


def test_errors_are_told_for_both_ends_of_the_link(tree: KernelTree) -> None:
    tree.write("sys/bus/pci/devices/0000:00:01.0", {"aer_dev_fatal": "DLP 1\nTOTAL_ERR_FATAL 1"})
    found = read(tree.roots)
    totals = {labels: v for (name, labels), v in found.items() if name == "pci_aer_errors_total"}
    assert totals == {
        (ADDRESS, "device", "correctable"): 4,
        (ADDRESS, "device", "nonfatal"): 2,
        (ADDRESS, "device", "fatal"): 0,
        (ADDRESS, "port", "fatal"): 1,
    }


def test_only_kinds_of_error_that_came_are_told(tree: KernelTree) -> None:
    found = read(tree.roots)
    row = "pci_aer_error_kinds_total"
    kinds = {labels[2:]: value for (name, labels), value in found.items() if name == row}
    assert kinds == {
        ("correctable", "BadTLP"): 3,
        ("correctable", "BadDLLP"): 1,
        ("nonfatal", "CmpltTO"): 2,
    }


@pytest.mark.parametrize(
    ("first", "answers"), [(b"\xde\x10", 1), (b"\xff\xff", 0), (b"", None), (None, None)]
)
def test_a_device_that_has_fallen_off_the_bus_answers_with_ones(
    tree: KernelTree, first: bytes | None, answers: float | None
) -> None:
    if first is not None:
        (tree.root / HERE / "config").write_bytes(first * 32)
    assert read(tree.roots).get(("pci_answers", CARD)) == answers


def test_a_virtual_function_is_left_out(tree: KernelTree) -> None:
    tree.pci("0000:3b:00.1", GPU)
    tree.link("sys/bus/pci/devices/0000:3b:00.1/physfn", HERE)
    assert read(tree.roots)["pci_gpus", ()] == 1
