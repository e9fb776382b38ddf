"""Every fault of the node around the GPUs: exactly its signal, of the right device, so soon."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.host_faults import ADAPTER_ADDRESS, HOST_FAULTS, HostFault, well_node
from fakes.kernel_tree import KernelTree
from fakes.node_clock import NodeClock, Uptime
from thirdshift_agent.collectors.row import Readings
from thirdshift_agent.kept_file import KeptFile
from thirdshift_agent.observation import RULE, Observation
from thirdshift_agent.sampling.sample import GpuSample, Sample
from thirdshift_agent.surroundings import Surroundings
from thirdshift_agent.watch.host_rules import RULES
from thirdshift_agent.watch.rule import Stays
from thirdshift_agent.watch.rules import RuleWatch, Unit
from thirdshift_agent.wire import GpuIdentity, GpuPresence

STATES = {f"{rule.kind}:{rule.code}" for rule in RULES if isinstance(rule.test, Stays)}
LOOK_SECONDS = 400
"""Longer than any collector rests."""


class Node:
    """What is around two GPUs, looked at by hand."""

    def __init__(self, folder: Path, kept: KeptFile | None = None) -> None:
        self.tree, self.clock, self.uptime = KernelTree(folder), NodeClock(), Uptime(1e6)
        self.seen: list[Observation] = []
        self.monotonic = Uptime()
        self.around = Surroundings(
            self.clock,
            self.seen.append,
            kept or KeptFile(),
            self.uptime,
            self._latest,
            self.tree.roots,
            monotonic=self.monotonic,
        )

    def look(self, times: int = 1) -> None:
        for _ in range(times):
            self.clock.move(seconds=LOOK_SECONDS)
            self.monotonic.seconds += LOOK_SECONDS
            self.around.look()

    def told(self) -> list[str]:
        return [f"{seen.kind}:{seen.code}" for seen in self.seen]

    def standing(self) -> list[str]:
        return [state.name for state in self.around.standing()]

    def _latest(self) -> Sample:
        gpus = tuple(_gpu(slot) for slot in range(2))
        return Sample(self.clock.now(), "580.95.05", gpus)


def _gpu(slot: int) -> GpuSample:
    card = GpuIdentity(slot, f"GPU-{slot}", None, f"00000000:{slot + 3}b:00.0", "H100")
    return GpuSample(card, GpuPresence.PRESENT, None)


@pytest.fixture
def node(tmp_path: Path) -> Node:
    node = Node(tmp_path)
    well_node(node.tree)
    return node


@pytest.mark.parametrize("fault", [pytest.param(each, id=each.signal) for each in HOST_FAULTS])
def test_a_fault_is_its_signal_and_nothing_else(node: Node, fault: HostFault) -> None:
    node.look(3)
    assert node.told() == []
    fault.strike(node.tree)
    node.look(fault.looks - 1)
    assert node.told() == []
    node.look(3)
    assert node.told() == [fault.signal]
    assert node.seen[0].pci_address == fault.pci_address
    assert RULE in node.seen[0].facts
    assert node.standing() == ([fault.signal] if fault.signal in STATES else [])


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_device_that_does_not_answer_stands_until_it_answers_even_where_it_vanishes(
    node: Node, is_gone: bool
) -> None:
    node.look(3)
    config = node.tree.root / f"sys/bus/pci/devices/{ADAPTER_ADDRESS}/config"
    config.write_bytes(b"\xff" * 64)
    node.look(2)
    if is_gone:
        (node.tree.root / f"sys/bus/pci/devices/{ADAPTER_ADDRESS}").unlink()
    node.look(3)
    (state,) = node.around.standing()
    assert (state.name, state.gpu_slot) == ("pcie:no_answer", None)
    assert state.where == f"0000{ADAPTER_ADDRESS} adapter"
    assert state.is_read is not is_gone
    if not is_gone:
        config.write_bytes(b"\x15\xb3".ljust(64, b"\0"))
        node.look(2)
        assert node.standing() == []


def test_a_gpu_that_reads_as_all_ones_stands_under_its_slot(node: Node) -> None:
    (fault,) = (each for each in HOST_FAULTS if each.signal == "gpu:off_bus")
    node.look(3)
    fault.strike(node.tree)
    node.look(2)
    assert [(state.name, state.gpu_slot) for state in node.around.standing()] == [
        ("gpu:off_bus", 0)
    ]


def test_what_was_told_before_a_restart_stands_before_anything_is_read(tmp_path: Path) -> None:
    kept = KeptFile(tmp_path / "kept.json")
    node = Node(tmp_path, kept)
    well_node(node.tree)
    node.look(3)
    (node.tree.root / "proc/900/stat").unlink()
    node.look(2)
    assert [state.name for state in Node(tmp_path, kept).around.standing()] == [
        "fabric:manager_down"
    ]


def test_what_never_was_plugged_in_is_no_fault(node: Node) -> None:
    node.tree.write("sys/class/infiniband/mlx5_1/ports/1", {"state": "1: DOWN"})
    node.tree.write("sys/class/hwmon/hwmon0", {"in1_alarm": 1})
    node.look(5)
    assert node.told() == []


def test_links_may_come_up_late_after_a_boot(node: Node) -> None:
    node.look(2)
    node.uptime.seconds = 30
    node.tree.write("sys/class/infiniband/mlx5_1/ports/1", {"state": "2: INIT"})
    node.look(3)
    assert node.told() == []
    node.uptime.seconds = 1000
    node.look()
    assert node.told() == ["ib:down"]


def unit(readings: Readings) -> Unit:
    return Unit("node", "node", readings, readings)


@pytest.mark.parametrize(
    ("name", "row", "labels", "good", "bad", "beside"),
    [
        ("disk:critical_warning", "nvme_critical_warning", ("nvme0", "spare"), 0, 1, {}),
        ("disk:media_errors", "nvme_media_errors_total", ("nvme0",), 5, 6, {}),
        ("disk:filesystem_error", "filesystem_broken", ("sda1", "/", "ext4"), 0, 1, {}),
        ("disk:read_only", "filesystem_read_only", ("sda1", "/", "ext4"), 0, 1, {}),
        (
            "disk:full",
            "filesystem_available_bytes",
            ("sda1", "/", "ext4"),
            500,
            10,
            {("filesystem_size_bytes", ("sda1", "/", "ext4")): 1000.0},
        ),
        ("memory:given_up", "host_memory_corrupted_bytes", (), 0, 4096, {}),
        (
            "pcie:no_answer",
            "pci_answers",
            ("00000000:63:00.0", "adapter"),
            1,
            0,
            {},
        ),
        (
            "ib:errors",
            "ib_port_local_link_integrity_errors_total",
            ("mlx5_0", "1"),
            4,
            5,
            {},
        ),
        (
            "ib:errors",
            "ib_port_excessive_buffer_overrun_errors_total",
            ("mlx5_0", "1"),
            4,
            5,
            {},
        ),
    ],
)
def test_a_reading_that_no_tree_can_show_has_its_rule(
    name: str, row: str, labels: tuple[str, ...], good: float, bad: float, beside: Readings
) -> None:
    seen: list[Observation] = []
    clock, watch = NodeClock(), RuleWatch(RULES, seen.append, KeptFile(), lambda: 1e6)
    for value in (good, good, bad, bad, bad):
        clock.move(seconds=30)
        watch.look([unit({(row, labels): float(value), **beside})], clock.now())
    assert [f"{each.kind}:{each.code}" for each in seen] == [name]


def test_every_rule_of_the_node_is_in_one_of_the_two_tables() -> None:
    told = {f"{rule.kind}:{rule.code}" for rule in RULES}
    by_tree = {fault.signal for fault in HOST_FAULTS}
    by_reading = {
        "disk:critical_warning",
        "disk:media_errors",
        "disk:filesystem_error",
        "disk:read_only",
        "disk:full",
        "memory:given_up",
        "pcie:no_answer",
    }
    assert told == by_tree | by_reading
