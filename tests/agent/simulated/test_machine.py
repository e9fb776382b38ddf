"""A whole simulated node: what stops it, what brings it back, and what is told of that."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from fakes.node_clock import NodeClock
from fakes.reading import told_by
from thirdshift_agent.gpu import GpuLostError
from thirdshift_agent.simulated import Machine, OutOfReachError, SimulatedDriver, SimulationError
from thirdshift_agent.simulated.healing import HEALS, Remedy, heals_ratio
from thirdshift_agent.simulated.host_faults import LINES
from thirdshift_agent.simulated.machine import BOOT_SECONDS, ROLLED_OUT
from thirdshift_agent.wire import GpuReading, RecoveryAction


@dataclass
class Node:
    seed: int = 7
    clock: NodeClock = field(default_factory=NodeClock)
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        driver = SimulatedDriver("gpu-0101", 8, self.seed, self.clock, self.lines.append)
        self.machine = Machine("gpu-0101", self.seed, self.clock, driver, self.lines.append)

    def inject(self, fault: str, slot: int | None = None) -> None:
        self.machine.inject(slot, fault)

    def remedy(self, action: str, slot: int | None = None) -> tuple[bool, str]:
        return self.machine.remedy(slot, action)

    def come_up(self) -> None:
        self.clock.move(seconds=BOOT_SECONDS[1])
        assert self.machine.wake()

    def read(self, slot: int = 3) -> GpuReading:
        return told_by(self.machine.driver.gpus()[slot])

    def told(self, fault: str) -> int:
        return sum(self.lines.count(line) for line in LINES[fault])


@pytest.fixture
def node() -> Node:
    return Node()


@pytest.mark.parametrize("action", ["reboot", "power_cycle"])
def test_a_boot_takes_its_time_and_has_another_id(node: Node, action: str) -> None:
    before = node.machine.boot_id
    assert node.remedy(action)[0]
    node.clock.move(seconds=BOOT_SECONDS[0] - 1)
    assert not node.machine.wake()
    assert not node.machine.answers
    node.come_up()
    assert node.machine.answers
    assert node.machine.boot_id != before


def test_a_boot_resets_every_card(node: Node) -> None:
    for slot in range(8):
        node.inject("xid:63", slot)
    node.remedy("reboot")
    node.come_up()
    assert not any(node.read(slot).remap_pending for slot in range(8))


def test_after_a_boot_the_driver_introduces_its_cards_again(node: Node) -> None:
    node.inject("xid:31", 3)
    node.remedy("reboot")
    node.come_up()
    node.inject("xid:31", 3)
    assert sum("Board Serial" in line for line in node.lines) == 2


@pytest.mark.parametrize(
    ("fault", "action"),
    [("xid:119", "reboot"), ("xid:79", "power_cycle"), ("xid:74", "fabric_reset")],
)
def test_a_remedy_heals_a_card_as_often_as_the_table_says(fault: str, action: str) -> None:
    healed = 0
    for seed in range(100):
        node = Node(seed=seed)
        node.inject(fault, 3)
        node.remedy(action)
        node.clock.move(seconds=BOOT_SECONDS[1])
        node.machine.wake()
        healed += _is_well(node)
    assert healed / 100 == pytest.approx(heals_ratio(fault, Remedy(action)), abs=0.12)


def _is_well(node: Node) -> bool:
    try:
        return node.read().recovery_action is RecoveryAction.NONE
    except GpuLostError:
        return False


@pytest.mark.parametrize(
    ("fault", "action"),
    [
        ("kernel:soft_lockup", "reboot"),
        ("disk:controller_down", "power_cycle"),
        ("disk:io_error", "power_cycle"),
    ],
)
def test_what_a_boot_did_not_heal_on_the_node_the_next_kernel_tells_again(
    fault: str, action: str
) -> None:
    healed = 0
    for seed in range(100):
        node = Node(seed=seed)
        node.inject(fault)
        node.remedy(action)
        node.come_up()
        healed += node.told(fault) == 1
    assert healed / 100 == pytest.approx(heals_ratio(fault, Remedy(action)), abs=0.12)


@pytest.mark.parametrize("fault", ["node:silent", "kernel:panic", "kernel:hard_lockup"])
def test_a_node_that_stopped_is_out_of_reach_but_for_its_bmc(node: Node, fault: str) -> None:
    node.inject(fault)
    assert not node.machine.answers
    with pytest.raises(OutOfReachError, match="No route to host"):
        node.remedy("reboot")
    assert node.remedy("power_cycle")[0]


def test_a_node_whose_cable_is_out_is_reached_by_its_bmc_alone(node: Node) -> None:
    node.machine.unplugged = True
    with pytest.raises(OutOfReachError):
        node.remedy("driver_reload")
    assert node.machine.runs
    assert node.remedy("bmc_reset")[0]


def test_a_driver_mismatch_loads_another_driver_and_a_reload_ends_it(node: Node) -> None:
    before = node.machine.driver.version()
    node.inject("node:driver_mismatch")
    assert before != node.machine.driver.version() == ROLLED_OUT
    assert ROLLED_OUT in node.lines[0]
    assert node.remedy("driver_reload")[0]
    node.remedy("reboot")
    node.come_up()
    assert node.told("node:driver_mismatch") == 1


def test_a_driver_in_use_by_a_hung_call_cannot_be_unloaded(node: Node) -> None:
    node.inject("gpu:hung", 3)
    assert node.remedy("driver_reload") == (False, "modprobe: FATAL: Module nvidia is in use.")


def test_the_fabric_is_not_reset_around_a_lost_gpu(node: Node) -> None:
    node.inject("xid:79", 3)
    node.inject("xid:63", 4)
    ok, output = node.remedy("fabric_reset")
    assert (ok, output.endswith("GPU is lost")) == (False, True)
    assert node.read(4).remap_pending


def test_a_service_restart_heals_what_the_fabric_manager_left(node: Node) -> None:
    healed = 0
    for seed in range(100):
        other = Node(seed=seed)
        other.inject("fabric:not_joined", 3)
        assert other.remedy("service_restart")[0]
        other.inject("xid:63", 3)
        assert other.read().remap_pending
        fabric = other.machine.driver.gpus()[3].read(lambda call: None, True)
        healed += fabric["fabric_state", ("completed",)] == 1
    assert healed / 100 == pytest.approx(
        HEALS["fabric:not_joined"][Remedy.SERVICE_RESTART], abs=0.12
    )


def test_hands_start_a_node_that_stopped(node: Node) -> None:
    before = node.machine.boot_id
    node.inject("kernel:panic")
    node.machine.repair(None)
    assert node.machine.answers
    assert node.machine.boot_id != before


def test_hands_at_a_card_leave_the_node_as_it_is(node: Node) -> None:
    node.inject("psu:failed")
    node.machine.repair(3)
    reading = node.machine.bmc_reading()
    assert reading is not None
    assert reading["troubles"]
    node.machine.repair(None)
    reading = node.machine.bmc_reading()
    assert reading is not None
    assert not reading["troubles"]


def test_what_passes_by_itself_leaves_nothing_behind(node: Node) -> None:
    node.inject("memory:corrected")
    node.remedy("reboot")
    node.come_up()
    assert node.told("memory:corrected") == 1


def test_the_bmc_sees_what_the_cards_draw_and_how_warm_the_air_is(node: Node) -> None:
    cool = node.machine.bmc_reading()
    node.inject("inlet:hot")
    hot = node.machine.bmc_reading()
    assert cool is not None and hot is not None  # noqa: PT018 - one question
    assert cool["power_watts"] == pytest.approx(1_600 + node.machine.driver.watts(), abs=0.1)
    assert (cool["inlet_celsius"], hot["inlet_celsius"]) == (23.0, 42.0)


def test_an_unknown_fault_of_a_node_is_named(node: Node) -> None:
    with pytest.raises(SimulationError, match="'disk:on_fire' is a GPU's, with its slot"):
        node.inject("disk:on_fire")
