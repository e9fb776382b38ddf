"""Sensors of the board: each in its unit, none with an absurd limit, never too many."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.kernel_tree import KernelTree
from thirdshift_agent.collectors.host.hwmon import FILES_MOST, read


@pytest.fixture
def tree(tmp_path: Path) -> KernelTree:
    return KernelTree(tmp_path)


@pytest.mark.parametrize(
    ("file", "told", "row", "value"),
    [
        ("temp1_input", 42500, "hwmon_temperature_celsius", 42.5),
        ("temp1_input", -5000, "hwmon_temperature_celsius", -5),
        ("temp1_crit", 95000, "hwmon_temperature_critical_celsius", 95),
        ("temp1_max", 85000, "hwmon_temperature_max_celsius", 85),
        ("fan2_input", 10800, "hwmon_fan_rpm", 10800),
        ("fan2_min", 600, "hwmon_fan_min_rpm", 600),
        ("power1_average", 431_000_000, "hwmon_power_watts", 431),
        ("power1_input", 12_500_000, "hwmon_power_watts", 12.5),
        ("in0_input", 12050, "hwmon_voltage_volts", 12.05),
        ("curr1_input", 1500, "hwmon_current_amperes", 1.5),
        ("temp1_fault", 1, "hwmon_fault", 1),
    ],
)
def test_a_sensor_is_read_in_its_unit(
    tree: KernelTree, file: str, told: int, row: str, value: float
) -> None:
    tree.chip(0, "nct6798", "nct6775.656", {file: told})
    labels = ("nct6798", "nct6775.656", file.partition("_")[0])
    assert read(tree.roots)[row, labels] == pytest.approx(value)


@pytest.mark.parametrize(
    "file", ["temp1_crit_alarm", "fan2_alarm", "in0_min_alarm", "power1_alarm", "intrusion0_alarm"]
)
def test_an_alarm_of_the_chip_is_told_by_its_name(tree: KernelTree, file: str) -> None:
    tree.chip(0, "nct6798", "nct6775.656", {file: 1})
    sensor, _, alarm = file.partition("_")
    assert read(tree.roots)["hwmon_alarm", ("nct6798", "nct6775.656", sensor, alarm)] == 1


def test_a_limit_that_was_never_set_has_no_reading(tree: KernelTree) -> None:
    tree.chip(0, "nvme", "nvme0", {"temp1_crit": 65261850})
    assert not [name for name, _ in read(tree.roots) if "critical" in name]


def test_the_label_is_joined_from_the_info(tree: KernelTree) -> None:
    tree.chip(0, "coretemp", "coretemp.0", {"temp1_input": 1, "temp1_label": "Package id 0"})
    labels = ("coretemp", "coretemp.0", "temp1", "Package id 0")
    assert read(tree.roots)["hwmon_sensor_info", labels] == 1


def test_two_chips_of_one_kind_are_told_apart_by_their_device(tree: KernelTree) -> None:
    for number in range(2):
        tree.chip(number, "coretemp", f"coretemp.{number}", {"temp1_input": 1000 * number})
    found = {labels[1]: v for (n, labels), v in read(tree.roots).items() if n.endswith("celsius")}
    assert found == {"coretemp.0": 0, "coretemp.1": 1}


def test_a_chip_without_a_device_goes_by_its_number(tree: KernelTree) -> None:
    tree.write("sys/class/hwmon/hwmon4", {"name": "acpitz", "temp1_input": 27800})
    found = read(tree.roots)
    assert found["hwmon_temperature_celsius", ("acpitz", "hwmon4", "temp1")] == 27.8


def test_an_older_driver_keeps_its_sensors_with_the_device(tree: KernelTree) -> None:
    tree.chip(0, "w83627", "w83627.1", {})
    tree.write("sys/devices/platform/w83627.1", {"fan1_input": 900})
    assert read(tree.roots)["hwmon_fan_rpm", ("w83627", "w83627.1", "fan1")] == 900


def test_a_sensor_that_cannot_be_read_costs_only_itself(tree: KernelTree) -> None:
    tree.chip(0, "x", "x.0", {"temp1_input": "error", "temp2_input": 2000})
    sensors = {labels[2] for name, labels in read(tree.roots) if name.endswith("celsius")}
    assert sensors == {"temp2"}


def test_too_many_sensors_are_not_read_but_counted(tree: KernelTree) -> None:
    sensors = {f"temp{number}_input": 1000 for number in range(FILES_MOST + 7)}
    tree.chip(0, "mad", "mad.0", sensors)
    found = read(tree.roots)
    assert found["hwmon_files_left_out", ()] == 7
    assert len(found) == FILES_MOST + 1


def test_a_node_without_sensors_has_no_readings(tree: KernelTree) -> None:
    assert read(tree.roots) == {}
