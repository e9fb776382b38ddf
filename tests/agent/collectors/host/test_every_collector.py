"""What holds for every collector: named rows, no surprise on a real machine, none from garbage."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.kernel_tree import KTHREADD, KernelTree, big_node
from thirdshift_agent.collectors.host import ALL
from thirdshift_agent.collectors.host.collector import HostCollector, Roots
from thirdshift_agent.collectors.host.supervisor import OWN_ROWS

EACH = pytest.mark.parametrize("collector", ALL, ids=lambda collector: collector.name)

GARBAGE = st.one_of(
    st.binary(max_size=80),
    st.text(max_size=40).map(str.encode),
    st.from_regex(rb"\A-?[0-9]{1,30}(\.[0-9]{1,30})?\n?\Z"),
    st.sampled_from([b"", b"\n", b"nan", b"inf", b"0x", b"-", b"9" * 5000, b"\0", b"1_0", b"- -"]),
)


@pytest.fixture(scope="module")
def node() -> Iterator[KernelTree]:
    with TemporaryDirectory() as folder:
        yield populated(Path(folder))


def populated(folder: Path) -> KernelTree:
    """A node that has something for every collector."""
    tree = KernelTree(folder)
    tree.pci("0000:3b:00.0", {"class": "0x020700", "current_link_speed": "16.0 GT/s PCIe"})
    tree.pci("0000:e3:00.0", {"class": "0x010802", "aer_dev_fatal": "DLP 0\nTOTAL_ERR_FATAL 0"})
    tree.adapter("mlx5_0", "0000:3b:00.0")
    tree.interface("ib0", "0000:3b:00.0")
    tree.drive("nvme0", "0000:e3:00.0")
    tree.module(0, 0)
    tree.write("sys/devices/system/edac/mc/mc1/csrow0", {"ue_count": 1, "ch0_ce_count": 2})
    tree.chip(0, "nct6798", "nct.1", {"temp1_input": 1, "temp1_label": "x", "fan1_alarm": 0})
    tree.write("sys/class/powercap/intel-rapl:0", {"name": "package-0", "energy_uj": 5})
    tree.write("sys/devices/system/cpu", {"online": "0-3"})
    tree.write("proc", {"stat": "cpu 1 2 3", "meminfo": "MemTotal: 5 kB", "loadavg": "1.0 2.0 3.0"})
    tree.write("proc/pressure", {"io": "some avg10=0.00 total=5"})
    tree.write("proc/self", {"mountinfo": "36 35 98:0 / / rw - ext4 /dev/sda1 rw"})
    tree.write("proc/2", {"stat": KTHREADD})
    tree.write("proc/driver/nvidia", {"version": "NVRM version: NVIDIA UNIX Kernel Module  1.2"})
    tree.write("proc/driver/nvidia/gpus/0000:62:00.0", {"information": "GPU Excluded:\t No"})
    return tree


def check(collector: HostCollector, roots: Roots) -> int:
    """How many readings it has; each is a number under one of its rows."""
    labels = {row.name: len(row.labels) for row in collector.rows}
    readings = collector.read(roots)
    for (name, values), value in readings.items():
        assert labels[name] == len(values)
        assert isinstance(value, float)
        assert math.isfinite(value)
        assert all(each.isprintable() for each in values)
    return len(readings)


@EACH
def test_on_a_real_machine_it_reads_what_there_is(collector: HostCollector) -> None:
    check(collector, Roots())


def test_a_real_machine_is_busy_with_something() -> None:
    load = next(collector for collector in ALL if collector.name == "load")
    found = load.read(Roots())
    total = found["host_memory_total_bytes", ()]
    assert total > 64 * 1024**2
    assert 0 < found["host_memory_available_bytes", ()] <= total
    assert found["host_cpus_online", ()] == os.sysconf("SC_NPROCESSORS_ONLN")
    idle, user = (found["host_cpu_seconds_total", (mode,)] for mode in ("idle", "user"))
    capacity = found["host_uptime_seconds", ()] * found["host_cpus_present", ()]
    assert 0 < idle + user < 1.1 * capacity


def test_on_a_node_that_has_everything_all_read_something(node: KernelTree) -> None:
    silent = {collector.name for collector in ALL if not check(collector, node.roots)}
    assert silent == {"nvme_smart"}, "no file answers a command of NVMe"


def test_on_a_big_node_every_row_that_is_read_is_named(tmp_path: Path) -> None:
    tree = KernelTree(tmp_path)
    big_node(tree)
    for collector in ALL:
        check(collector, tree.roots)


@EACH
def test_on_a_node_without_it_it_reads_nothing(collector: HostCollector, tmp_path: Path) -> None:
    assert check(collector, KernelTree(tmp_path).roots) == 0


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_garbage_in_any_file_is_never_an_error(data: st.DataObject, node: KernelTree) -> None:
    files = sorted(path for path in node.root.rglob("*") if path.is_file())
    path = data.draw(st.sampled_from(files))
    before = path.read_bytes()
    path.write_bytes(data.draw(GARBAGE))
    try:
        for collector in ALL:
            check(collector, node.roots)
    finally:
        path.write_bytes(before)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_folder_where_a_file_should_be_is_never_an_error(
    data: st.DataObject, node: KernelTree
) -> None:
    files = sorted(path for path in node.root.rglob("*") if path.is_file())
    path = data.draw(st.sampled_from(files))
    before = path.read_bytes()
    path.unlink()
    path.mkdir()
    try:
        for collector in ALL:
            check(collector, node.roots)
    finally:
        path.rmdir()
        path.write_bytes(before)


def test_no_two_rows_have_one_name() -> None:
    names = [row.name for rows in (OWN_ROWS, *(each.rows for each in ALL)) for row in rows]
    assert len(names) == len(set(names))
    assert len({collector.name for collector in ALL}) == len(ALL)
