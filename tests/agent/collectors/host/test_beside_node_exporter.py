"""The node exporter, which knows nothing of us, reads the same trees and finds the same figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from fakes.kernel_tree import KernelTree
from servers.node_exporter import node_exporter_of
from thirdshift_agent.collectors.host import edac, hwmon, infiniband, load, network, rapl
from thirdshift_agent.collectors.row import Readings

Samples = dict[tuple[str, tuple[str, ...]], float]
"""By name and by label values in the order of the labels' names."""

PORT = ("mlx5_0", "1")
ETH = ("eth0",)
CHIP = ("nct6798", "nct6775.656")
THEIR_CHIP = "platform_nct6775_656"
MODULE = ("mc0", "csrow0/ch0", "A1")

SENSORS = {
    "temp1_input": 42500,
    "temp1_crit": 95000,
    "temp1_max": 85000,
    "temp2_crit_alarm": 1,
    "fan2_input": 10800,
    "fan2_alarm": 1,
    "in0_input": 12050,
    "power1_average": 431_000_000,
    "curr1_input": 1500,
}
PROC = {
    "loadavg": "96.10 90.00 88.50 97/2500 99",
    "meminfo": "MemTotal: 2113000000 kB\nMemAvailable: 1999000000 kB\nHardwareCorrupted: 4 kB",
    "vmstat": "pgmajfault 17\noom_kill 3",
    "pressure/cpu": "some avg10=0.00 avg60=0.00 avg300=0.00 total=7000000",
    "pressure/io": "some avg10=0.00 avg60=0.00 avg300=0.00 total=3\n"
    "full avg10=0.00 avg60=0.00 avg300=0.00 total=2",
    "pressure/memory": "some avg10=0.00 avg60=0.00 avg300=0.00 total=5000000\n"
    "full avg10=0.00 avg60=0.00 avg300=0.00 total=2000000",
}

SAME = [
    ("infiniband_rate_bytes_per_second", PORT, "ib_port_rate_bytes_per_second", PORT),
    ("infiniband_symbol_error_total", PORT, "ib_port_symbol_errors_total", PORT),
    ("infiniband_link_downed_total", PORT, "ib_port_link_downed_total", PORT),
    ("infiniband_link_error_recovery_total", PORT, "ib_port_link_error_recoveries_total", PORT),
    ("infiniband_port_errors_received_total", PORT, "ib_port_receive_errors_total", PORT),
    ("infiniband_port_discards_transmitted_total", PORT, "ib_port_transmit_discards_total", PORT),
    ("infiniband_port_data_received_bytes_total", PORT, "ib_port_receive_bytes_total", PORT),
    ("infiniband_port_data_transmitted_bytes_total", PORT, "ib_port_transmit_bytes_total", PORT),
    ("infiniband_port_transmit_wait_total", PORT, "ib_port_transmit_wait_ticks_total", PORT),
    (
        "infiniband_local_link_integrity_errors_total",
        PORT,
        "ib_port_local_link_integrity_errors_total",
        PORT,
    ),
    (
        "infiniband_excessive_buffer_overrun_errors_total",
        PORT,
        "ib_port_excessive_buffer_overrun_errors_total",
        PORT,
    ),
    ("network_up", ETH, "net_up", ETH),
    ("network_speed_bytes", ETH, "net_speed_bytes_per_second", ETH),
    ("network_carrier_changes_total", ETH, "net_carrier_changes_total", ETH),
    ("network_carrier_down_changes_total", ETH, "net_carrier_downs_total", ETH),
    ("edac_correctable_errors_total", ("0",), "edac_corrected_errors_total", ("mc0",)),
    ("edac_uncorrectable_errors_total", ("0",), "edac_uncorrected_errors_total", ("mc0",)),
    (
        "edac_csrow_correctable_errors_total",
        ("0", "0"),
        "edac_dimm_corrected_errors_total",
        MODULE,
    ),
    (
        "edac_csrow_uncorrectable_errors_total",
        ("0", "0"),
        "edac_dimm_uncorrected_errors_total",
        ("mc0", "csrow0", ""),
    ),
    (
        "edac_csrow_correctable_errors_total",
        ("0", "unknown"),
        "edac_unplaced_corrected_errors_total",
        ("mc0",),
    ),
    (
        "hwmon_temp_celsius",
        (THEIR_CHIP, "temp1"),
        "hwmon_temperature_celsius",
        (*CHIP, "temp1"),
    ),
    (
        "hwmon_temp_crit_celsius",
        (THEIR_CHIP, "temp1"),
        "hwmon_temperature_critical_celsius",
        (*CHIP, "temp1"),
    ),
    (
        "hwmon_temp_max_celsius",
        (THEIR_CHIP, "temp1"),
        "hwmon_temperature_max_celsius",
        (*CHIP, "temp1"),
    ),
    ("hwmon_fan_rpm", (THEIR_CHIP, "fan2"), "hwmon_fan_rpm", (*CHIP, "fan2")),
    ("hwmon_fan_alarm", (THEIR_CHIP, "fan2"), "hwmon_alarm", (*CHIP, "fan2", "alarm")),
    ("hwmon_in_volts", (THEIR_CHIP, "in0"), "hwmon_voltage_volts", (*CHIP, "in0")),
    ("hwmon_curr_amps", (THEIR_CHIP, "curr1"), "hwmon_current_amperes", (*CHIP, "curr1")),
    ("hwmon_power_average_watt", (THEIR_CHIP, "power1"), "hwmon_power_watts", (*CHIP, "power1")),
    ("load1", (), "host_load_average", ("1m",)),
    ("load15", (), "host_load_average", ("15m",)),
    ("memory_MemTotal_bytes", (), "host_memory_total_bytes", ()),
    ("memory_MemAvailable_bytes", (), "host_memory_available_bytes", ()),
    ("memory_HardwareCorrupted_bytes", (), "host_memory_corrupted_bytes", ()),
    ("vmstat_oom_kill", (), "host_oom_kills_total", ()),
    ("vmstat_pgmajfault", (), "host_major_page_faults_total", ()),
    ("pressure_cpu_waiting_seconds_total", (), "host_pressure_seconds_total", ("cpu", "some")),
    (
        "pressure_memory_stalled_seconds_total",
        (),
        "host_pressure_seconds_total",
        ("memory", "full"),
    ),
]


@pytest.fixture(scope="module")
def tree() -> Iterator[KernelTree]:
    with TemporaryDirectory() as folder:
        tree = KernelTree(Path(folder))
        tree.adapter("mlx5_0", "0000:3b:00.0")
        tree.interface("eth0", "0000:3b:00.0")
        controller = {"ce_count": 8, "ue_count": 2, "ce_noinfo_count": 5, "ue_noinfo_count": 1}
        tree.write("sys/devices/system/edac/mc/mc0", controller)
        row = {"ce_count": 3, "ue_count": 1, "ch0_ce_count": 3, "ch0_dimm_label": "A1"}
        tree.write("sys/devices/system/edac/mc/mc0/csrow0", row)
        tree.chip(0, *CHIP, SENSORS)
        package = {"name": "package-0", "energy_uj": 5_000_000, "max_energy_range_uj": 2**32}
        tree.write("sys/class/powercap/intel-rapl:0", package)
        tree.write("proc", PROC)
        yield tree


@pytest.fixture(scope="module")
def theirs(tree: KernelTree) -> Samples:
    roots = tree.roots
    names = ["infiniband", "netclass", "edac", "hwmon", "rapl"]
    names += ["loadavg", "meminfo", "vmstat", "pressure"]
    with node_exporter_of(tree.root, roots.sys, roots.proc, names) as url:
        page = httpx.get(url, timeout=5.0).text
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


@pytest.fixture(scope="module")
def ours(tree: KernelTree) -> Readings:
    reads = (infiniband.read, network.read, edac.read, hwmon.read, load.read)
    return {series: value for read in reads for series, value in read(tree.roots).items()}


@pytest.mark.parametrize(("theirs_is", "labels", "ours_is", "our_labels"), SAME)
def test_both_find_the_same(
    theirs: Samples,
    ours: Readings,
    theirs_is: str,
    labels: tuple[str, ...],
    ours_is: str,
    our_labels: tuple[str, ...],
) -> None:
    assert ours[ours_is, our_labels] == pytest.approx(theirs[f"node_{theirs_is}", labels])


def test_both_call_the_same_port_active(theirs: Samples, ours: Readings) -> None:
    assert theirs["node_infiniband_state_id", PORT] == 4
    assert theirs["node_infiniband_physical_state_id", PORT] == 5
    assert ours["ib_port_up", PORT] == ours["ib_port_physically_up", PORT] == 1


def test_both_find_the_same_energy(tree: KernelTree, theirs: Samples) -> None:
    found = rapl.Rapl().read(tree.roots)["rapl_energy_joules_total", ("0", "package-0")]
    joules = [value for (name, _), value in theirs.items() if name.startswith("node_rapl_package")]
    assert joules == [found]
