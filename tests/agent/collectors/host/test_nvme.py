"""NVMe drives: live or not, how warm, wherever the kernel keeps the sensor."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.kernel_tree import KernelTree
from thirdshift_agent.collectors.host.nvme import read

DRIVE = ("nvme0",)
HOME = "sys/class/nvme/nvme0"


@pytest.fixture
def tree(tmp_path: Path) -> KernelTree:
    tree = KernelTree(tmp_path)
    tree.drive("nvme0", "0000:e3:00.0")
    return tree


@pytest.mark.parametrize(
    ("state", "live"), [("live", 1), ("resetting", 0), ("dead", 0), ("connecting", 0)]
)
def test_only_a_live_drive_is_live(tree: KernelTree, state: str, live: float) -> None:
    tree.write(HOME, {"state": state})
    assert read(tree.roots)["nvme_live", DRIVE] == live


def test_its_warmth_and_its_limit_are_in_degrees(tree: KernelTree) -> None:
    found = read(tree.roots)
    assert found["nvme_temperature_celsius", DRIVE] == pytest.approx(38.85)
    assert found["nvme_temperature_critical_celsius", DRIVE] == pytest.approx(84.85)
    assert found["nvme_temperature_alarm", DRIVE] == 0


@pytest.mark.parametrize("place", ["hwmon3", "hwmon/hwmon3", "device/hwmon/hwmon3"])
def test_the_sensor_is_found_where_kernels_put_it(tmp_path: Path, place: str) -> None:
    tree = KernelTree(tmp_path)
    tree.write(HOME, {"state": "live"})
    tree.write(f"{HOME}/{place}", {"temp1_input": 50000})
    assert read(tree.roots)["nvme_temperature_celsius", DRIVE] == 50


def test_a_limit_that_the_drive_never_set_has_no_reading(tree: KernelTree) -> None:
    tree.write(f"{HOME}/hwmon3", {"temp1_crit": 65261850})
    assert ("nvme_temperature_critical_celsius", DRIVE) not in read(tree.roots)


def test_the_info_says_what_to_order_and_where_it_sits(tree: KernelTree) -> None:
    labels = ("nvme0", "MZQL23T8", "S64HNE0T", "GDC5", "00000000:e3:00.0")
    assert read(tree.roots)["nvme_info", labels] == 1


def test_a_drive_reached_over_a_network_is_left_out(tree: KernelTree) -> None:
    tree.drive("nvme1", "0000:e4:00.0", transport="tcp")
    assert {labels[0] for _, labels in read(tree.roots)} == {"nvme0"}
