"""GPUs that are not there: they draw, warm up, break and mend as the published figures say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.node_clock import NodeClock
from fakes.reading import told_by
from thirdshift_agent.gpu import GpuLostError
from thirdshift_agent.kernel_log.lines import parse
from thirdshift_agent.observation import Observation
from thirdshift_agent.simulated import (
    FAULTS,
    ScheduledFault,
    SimulatedDriver,
    SimulationError,
)
from thirdshift_agent.simulated.healing import Remedy, heals_ratio
from thirdshift_agent.simulated.workload import Workload
from thirdshift_agent.wire import GpuReading, RecoveryAction

XIDS = [name for name in FAULTS if name.startswith("xid:")]


@dataclass
class Node:
    rate: float = 0.0
    seed: int = 7
    script: tuple[ScheduledFault, ...] = ()
    clock: NodeClock = field(default_factory=NodeClock)
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.driver = SimulatedDriver(
            "gpu-0101", 8, self.seed, self.clock, self.lines.append, self.rate, self.script
        )

    def read(self, slot: int = 3) -> GpuReading:
        return told_by(self.driver.gpus()[slot])

    def events(self) -> list[Observation]:
        found = iter(lambda: self.driver.wait_event(0, self.clock.now()), None)
        return [seen for seen in found if seen]

    def wait_until_busy(self, busy: bool = True) -> None:
        while (self.read().utilisation_ratio == 0) is busy:
            self.clock.move(minutes=10)
        self.clock.move(minutes=10)


@pytest.fixture
def node() -> Node:
    return Node()


def test_an_idle_gpu_is_cool_and_frugal(node: Node) -> None:
    node.wait_until_busy(False)
    values = node.read()
    assert (values.power_watts, values.temperature_celsius) == (70.0, 41)
    assert values.throttle_reasons == ("gpu_idle",)


def test_a_busy_gpu_is_as_hot_as_it_draws(node: Node) -> None:
    node.wait_until_busy()
    values = node.read()
    assert values.power_watts == pytest.approx(630, rel=0.03)
    assert values.temperature_celsius == pytest.approx(59, abs=1)


def test_heat_follows_power_with_a_lag(node: Node) -> None:
    node.wait_until_busy()
    node.driver.inject(3, "xid:48")
    after = []
    for _ in range(5):
        after.append(node.read().temperature_celsius or 0)
        node.clock.move(seconds=40)
    assert after == sorted(after, reverse=True)
    assert after[0] > 50 > after[-1] > 40


def test_energy_is_power_over_time_however_seldom_it_is_read() -> None:
    often, seldom = Node(), Node()
    for _ in range(24 * 12):
        often.clock.move(minutes=5)
        joules = often.read().energy_joules_total
    seldom.clock.move(hours=24)
    assert seldom.read().energy_joules_total == pytest.approx(joules)


def test_a_node_works_most_of_the_time() -> None:
    node = Node()
    node.clock.move(days=60)
    joules = node.read().energy_joules_total
    assert joules is not None
    busy_ratio = (joules / timedelta(days=60).total_seconds() - 70) / (630 - 70)
    assert busy_ratio == pytest.approx(0.85, abs=0.05)


@settings(max_examples=50, deadline=None)
@given(seed=st.text(max_size=5), start=st.integers(0, 10**9), seconds=st.floats(1, 10**6))
def test_the_stretches_of_work_fill_the_span(seed: str, start: int, seconds: float) -> None:
    at = NodeClock().now() + timedelta(seconds=start)
    stretches = list(Workload(seed).stretches(at, at + timedelta(seconds=seconds)))
    assert sum(length for length, _ in stretches) == pytest.approx(seconds, abs=1e-3)
    assert all(length > 0 for length, _ in stretches)
    assert stretches[0][1] is Workload(seed).busy(at)


def test_the_same_seed_tells_the_same_story() -> None:
    stories = []
    for _ in range(2):
        node = Node(rate=0.5)
        for _ in range(20):
            node.clock.move(hours=12)
            node.driver.gpus()
        stories.append((node.lines, [gpu.identity for gpu in node.driver.gpus()]))
    assert stories[0] == stories[1]
    assert stories[0][0]


def test_another_seed_tells_another_story() -> None:
    assert Node(seed=1).driver.gpus()[0].identity != Node(seed=2).driver.gpus()[0].identity


def test_gpus_are_in_the_order_of_their_addresses(node: Node) -> None:
    cards = [gpu.identity for gpu in node.driver.gpus()]
    assert [card.slot for card in cards] == list(range(8))
    assert sorted(card.pci_address for card in cards) == [card.pci_address for card in cards]
    assert len({card.uuid for card in cards} | {card.serial for card in cards}) == 16


@pytest.mark.parametrize("fault", XIDS)
def test_an_xid_stands_in_the_kernels_log_as_the_driver_writes_it(node: Node, fault: str) -> None:
    node.driver.inject(3, fault)
    card = node.driver.gpus()[3].identity
    told = [parse(line, node.clock.now()) for line in node.lines]
    seen = [one for one in told if isinstance(one, Observation)]
    assert f"{seen[0].kind}:{seen[0].code}" == fault
    assert {one.pci_address for one in seen} == {card.pci_address}
    assert None not in told


def test_a_card_is_introduced_before_its_first_xid_and_only_then(node: Node) -> None:
    for _ in range(2):
        node.driver.inject(3, "xid:31")
    card = node.driver.gpus()[3].identity
    assert node.lines[0].endswith(card.uuid)
    assert node.lines[1] == f"NVRM: GPU Board Serial Number: {card.serial}"
    assert [line.split()[1] for line in node.lines[2:]] == ["Xid", "Xid"]


def test_a_fault_that_needs_a_reset_is_followed_by_what_the_gpu_asks_for(node: Node) -> None:
    node.driver.inject(3, "xid:95")
    assert node.lines[-1].endswith(
        "GPU recovery action changed from 0x0 (None) to 0x1 (GPU Reset Required)"
    )
    assert node.read().recovery_action is RecoveryAction.GPU_RESET


@pytest.mark.parametrize("fault", XIDS)
def test_nvml_delivers_the_xids_that_it_delivers_in_life(node: Node, fault: str) -> None:
    node.driver.inject(3, fault)
    card = node.driver.gpus()[3].identity
    expected = [] if fault in ("xid:79", "xid:119") else [(fault, card.uuid, card.pci_address)]
    assert [
        (f"{seen.kind}:{seen.code}", seen.gpu_uuid, seen.pci_address) for seen in node.events()
    ] == expected


def test_a_gpu_off_the_bus_is_lost_until_hands_come(node: Node) -> None:
    card = node.driver.gpus()[3].identity
    node.driver.inject(3, "xid:79")
    with pytest.raises(GpuLostError):
        node.read()
    ok, output = node.driver.remedy(3, "gpu_reset")
    assert (ok, output) == (False, "Unable to reset GPU 00000000:61:00.0: GPU is lost")
    node.driver.repair(3)
    assert node.read().power_watts is not None
    assert node.driver.gpus()[3].identity == card


def test_a_row_that_waits_is_remapped_by_a_reset(node: Node) -> None:
    node.driver.inject(3, "xid:63")
    before = node.read()
    assert (before.remap_pending, before.remapped_rows_uncorrectable_total) == (True, 0)
    assert node.driver.remedy(3, "gpu_reset")[0]
    after = node.read()
    assert (after.remap_pending, after.remapped_rows_uncorrectable_total) == (False, 1)
    assert after.ecc_uncorrected_total == 1


def test_a_row_that_could_not_be_remapped_stays_so_until_the_card_is_swapped(node: Node) -> None:
    before = node.driver.gpus()[3].identity
    node.driver.inject(3, "xid:64")
    assert node.driver.remedy(3, "gpu_reset")[0]
    assert node.read().remap_failed
    node.driver.repair(3)
    after = node.driver.gpus()[3].identity
    assert (node.read().remap_failed, node.read().recovery_action) == (False, RecoveryAction.NONE)
    assert (after.slot, after.pci_address) == (before.slot, before.pci_address)
    assert after.uuid != before.uuid
    assert after.serial != before.serial


@pytest.mark.parametrize("fault", [name for name in FAULTS if heals_ratio(name, Remedy.GPU_RESET)])
def test_a_reset_heals_as_often_as_the_table_says(fault: str) -> None:
    healed = 0
    for seed in range(100):
        node = Node(seed=seed)
        node.driver.inject(3, fault)
        first, _ = node.driver.remedy(3, "gpu_reset")
        again, _ = node.driver.remedy(3, "gpu_reset")
        assert first is again, "luck does not change by trying twice"
        assert (node.read().recovery_action is RecoveryAction.NONE) is first
        healed += first
    assert healed / 100 == pytest.approx(heals_ratio(fault, Remedy.GPU_RESET), abs=0.15)


@pytest.mark.parametrize("fault", ["xid:13", "xid:31", "xid:94"])
def test_a_workloads_own_fault_leaves_the_gpu_well(node: Node, fault: str) -> None:
    node.wait_until_busy()
    node.driver.inject(3, fault)
    values = node.read()
    assert (values.utilisation_ratio, values.recovery_action) == (0.98, RecoveryAction.NONE)


@pytest.mark.parametrize("fault", ["xid:48", "xid:64", "xid:74", "xid:95", "xid:119"])
def test_a_broken_gpu_computes_nothing_and_the_others_go_on(node: Node, fault: str) -> None:
    node.wait_until_busy()
    node.driver.inject(3, fault)
    assert [node.read(slot).utilisation_ratio for slot in (2, 3, 4)] == [0.98, 0.0, 0.98]


def test_a_hung_gpu_answers_when_it_is_mended(node: Node) -> None:
    node.driver.inject(3, "gpu:hung")
    calls: list[str] = []
    values: list[GpuReading] = []
    reading = Thread(target=lambda: values.append(told_by(node.driver.gpus()[3], calls.append)))
    reading.start()
    reading.join(timeout=0.1)
    assert (calls, values) == (["nvmlDeviceGetFieldValues"], [])
    assert not node.driver.remedy(3, "gpu_reset")[0]
    node.driver.repair(3)
    reading.join(timeout=10)
    assert len(values) == 1


def test_a_script_is_played_when_the_clock_gets_there() -> None:
    clock = NodeClock()
    later = clock.now() + timedelta(minutes=5)
    node = Node(clock=clock, script=(ScheduledFault(later, 3, "xid:64"),))
    assert not node.read().remap_failed
    clock.move(minutes=5)
    assert node.read().remap_failed


def test_faults_come_at_the_rate_asked_for() -> None:
    node = Node(rate=1 / 80)
    for _ in range(1_000):
        node.clock.move(days=1)
        node.driver.gpus()
        for slot in range(8):
            node.driver.repair(slot)
    codes = Counter(line.split("): ")[1].split(",")[0] for line in node.lines if "Xid" in line)
    hung_ratio = FAULTS["gpu:hung"].rate / sum(fault.rate for fault in FAULTS.values())
    came = sum(codes.values()) - codes["154"]
    assert came == pytest.approx(100 * (1 - hung_ratio), rel=0.35)
    assert len(codes) >= 8


@pytest.mark.parametrize(
    ("slot", "fault", "text"),
    [(8, "xid:79", "slot 8 does not exist"), (0, "xid:7", "there are xid:13, xid:31")],
)
def test_what_there_is_not_is_named(node: Node, slot: int, fault: str, text: str) -> None:
    with pytest.raises(SimulationError, match=text):
        node.driver.inject(slot, fault)
    with pytest.raises(SimulationError, match=text):
        Node(script=(ScheduledFault(node.clock.now(), slot, fault),))


def test_an_unknown_remedy_is_named(node: Node) -> None:
    with pytest.raises(SimulationError, match="there are service_restart, bmc_reset, gpu_reset"):
        node.driver.remedy(0, "prayer")


def test_what_there_is_is_named_once(node: Node) -> None:
    with pytest.raises(SimulationError) as refused:
        node.driver.inject(0, "xid:7")
    names = str(refused.value).partition("there are ")[2].split(", ")
    assert len(names) == len(set(names))
