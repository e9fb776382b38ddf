"""Processes: those that nothing can end, and the daemons that GPUs need."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.kernel_tree import KTHREADD, NVSWITCH, KernelTree
from thirdshift_agent.collectors.host.processes import Process, parse, read

FABRIC_MANAGER, PERSISTENCE_DAEMON = "nv-fabricmanage", "nvidia-persiste"


@pytest.fixture
def tree(tmp_path: Path) -> KernelTree:
    tree = KernelTree(tmp_path)
    tree.write("proc/2", {"stat": KTHREADD})
    tree.write("proc/self", {"stat": "1 (not twice) D 1 1 1 0 -1 0"})
    tree.process(1, "systemd")
    return tree


def test_processes_that_wait_beyond_reach_are_counted_apart_from_the_kernels(
    tree: KernelTree,
) -> None:
    tree.process(10, "python3", "D")
    tree.process(11, "pt_data_worker", "D")
    tree.process(12, "kworker/u8:1", "D", flags=0x4208060 | 0x200000)
    tree.process(13, "sh", "Z")
    found = read(tree.roots)
    assert found["host_processes_blocked", ()] == 2
    assert found["host_kernel_threads_blocked", ()] == 1
    assert found["host_processes_zombie", ()] == 1
    assert found["host_processes", ()] == 4


def test_the_fabric_manager_is_missed_only_where_there_are_switches(tree: KernelTree) -> None:
    assert ("fabric_manager_up", ()) not in read(tree.roots)
    tree.pci("0000:5e:00.0", NVSWITCH)
    assert read(tree.roots)["fabric_manager_up", ()] == 0
    tree.process(99, FABRIC_MANAGER)
    assert read(tree.roots)["fabric_manager_up", ()] == 1


def test_a_dead_fabric_manager_is_not_up(tree: KernelTree) -> None:
    tree.pci("0000:5e:00.0", NVSWITCH)
    tree.process(99, FABRIC_MANAGER, "Z")
    assert read(tree.roots)["fabric_manager_up", ()] == 0


def test_the_persistence_daemon_is_missed_only_where_the_driver_is(tree: KernelTree) -> None:
    assert ("persistence_daemon_up", ()) not in read(tree.roots)
    tree.write("proc/driver/nvidia", {"version": "NVRM version: x"})
    assert read(tree.roots)["persistence_daemon_up", ()] == 0
    tree.process(98, PERSISTENCE_DAEMON)
    assert read(tree.roots)["persistence_daemon_up", ()] == 1


def test_an_agent_that_sees_only_its_own_processes_says_nothing(tmp_path: Path) -> None:
    tree = KernelTree(tmp_path)
    tree.pci("0000:5e:00.0", NVSWITCH)
    tree.process(1, "thirdshift-agent")
    tree.process(2, "kthreadd")
    assert read(tree.roots) == {}


@given(st.text(max_size=15), st.sampled_from("RSDTZI"), st.integers(0, 0xFFFFFFFF))
def test_a_name_may_hold_anything(name: str, state: str, flags: int) -> None:
    told = parse(f"7 ({name}) {state} 1 1 1 0 -1 {flags} 0 0".encode())
    assert told == Process(name, state, bool(flags & 0x200000))
