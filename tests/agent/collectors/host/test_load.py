"""Processors and memory: the kernel's figures in base units, and what is missing left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.kernel_tree import KernelTree
from thirdshift_agent.collectors.host.load import read

STAT = """cpu  100 20 300 4000 50 6 7 8 0 0
cpu0 100 20 300 4000 50 6 7 8 0 0
intr 12345 0 9
ctxt 987654
btime 1795598786
processes 4321
procs_running 3
procs_blocked 2
softirq 1 2 3"""
MEMINFO = """MemTotal:       2113000000 kB
MemFree:          5000000 kB
MemAvailable:   1999000000 kB
SwapTotal:        8000000 kB
SwapFree:         7000000 kB
HardwareCorrupted:      4 kB
HugePages_Total:     1024
HugePages_Free:       512
Hugepagesize:       2048 kB"""


@pytest.fixture
def tree(tmp_path: Path) -> KernelTree:
    tree = KernelTree(tmp_path)
    files = {"stat": STAT, "meminfo": MEMINFO, "loadavg": "96.10 90.00 88.50 97/2500 99"}
    tree.write("proc", {**files, "uptime": "86400.50 1.00", "vmstat": "pgfault 9\noom_kill 3"})
    pressure = "some avg10=0.00 avg60=0.10 avg300=0.00 total={}\nfull avg10=0.00 total={}"
    tree.write("proc/pressure", {"memory": pressure.format(5_000_000, 2_000_000)})
    tree.write("proc/sys/fs", {"file-nr": "520\t0\t2466170"})
    tree.write("sys/devices/system/cpu", {"online": "0-126", "present": "0-127"})
    return tree


def test_time_of_the_processors_is_in_seconds_by_mode(tree: KernelTree) -> None:
    found = read(tree.roots)
    modes = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
    seconds = [found["host_cpu_seconds_total", (mode,)] for mode in modes]
    assert seconds == pytest.approx([1, 0.2, 3, 40, 0.5, 0.06, 0.07, 0.08])


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("host_context_switches_total", 987654),
        ("host_forks_total", 4321),
        ("host_tasks_running", 3),
        ("host_tasks_waiting_for_io", 2),
        ("host_boot_timestamp_seconds", 1795598786),
        ("host_uptime_seconds", 86400.5),
        ("host_memory_total_bytes", 2113000000 * 1024),
        ("host_memory_available_bytes", 1999000000 * 1024),
        ("host_swap_total_bytes", 8000000 * 1024),
        ("host_swap_free_bytes", 7000000 * 1024),
        ("host_memory_corrupted_bytes", 4096),
        ("host_huge_pages_bytes", 1024 * 2048 * 1024),
        ("host_huge_pages_free_bytes", 512 * 2048 * 1024),
        ("host_oom_kills_total", 3),
        ("host_files_open", 520),
        ("host_files_most", 2466170),
        ("host_cpus_online", 127),
        ("host_cpus_present", 128),
    ],
)
def test_a_figure_is_read_in_its_unit(tree: KernelTree, row: str, value: float) -> None:
    assert read(tree.roots)[row, ()] == value


def test_load_and_pressure_carry_their_labels(tree: KernelTree) -> None:
    found = read(tree.roots)
    assert [found["host_load_average", (span,)] for span in ("1m", "5m", "15m")] == [96.1, 90, 88.5]
    assert found["host_pressure_seconds_total", ("memory", "some")] == 5
    assert found["host_pressure_seconds_total", ("memory", "full")] == 2


def test_a_kernel_that_counts_no_pressure_has_no_reading_of_it(tree: KernelTree) -> None:
    assert ("host_pressure_seconds_total", ("cpu", "some")) not in read(tree.roots)


@pytest.mark.parametrize(
    ("told", "count"), [("0", 1), ("0-3,8", 5), ("0-1,4-5", 4), ("", None), ("0-", None)]
)
def test_ranges_of_processors_are_counted(tree: KernelTree, told: str, count: float | None) -> None:
    tree.write("sys/devices/system/cpu", {"online": told})
    assert read(tree.roots).get(("host_cpus_online", ())) == count


def test_nothing_is_made_up_where_nothing_is(tmp_path: Path) -> None:
    assert read(KernelTree(tmp_path).roots) == {}
