"""What one fault makes a node say, in the order in which it comes: how many incidents, and which.

The XID is in the kernel's log at once; the sampler's own signals follow with its next samples, what
is read seldom (links, spares) up to a minute later.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from fakes.world import World
from thirdshift_agent.wire import SignalKind, SignalSource
from thirdshift_controller.store import signals
from thirdshift_controller.store.tables import SignalRow
from thirdshift_controller.wire import IncidentState
from thirdshift_runbooks.page import Disposition

GPUS = range(8)
SAMPLE, SELDOM = timedelta(seconds=5), timedelta(seconds=60)

ECHOES = ["ecc:uncorrected_dram", "remap:pending"]
ASKS = ["xid:154", "gpu:recovery_action"]
AER = "pcie:aer_fatal"


def say(world: World, name: str, slot: int | None, node: str) -> None:
    """By the node's agent; what no agent can see is told by its BMC, scheduler or building."""
    kind, _, code = name.partition(":")
    if kind in set(SignalKind):
        world.agent(node).says(world.now, name, slot)
        return
    row = SignalRow(
        origin=f"{node}:{name}:{world.now}",
        node=node,
        at=world.now,
        received_at=world.now,
        kind=kind,
        code=code,
        source=SignalSource.BMC,
        message=name,
    )
    with world.store.write() as session:
        signals.keep(session, [row])


def tell(
    world: World,
    names: list[str],
    slot: int | None = 3,
    at_once: int = 1,
    node: str = "gpu-1",
) -> None:
    """The first `at_once` in one instant, the others a sample later each."""
    for number, name in enumerate(names):
        say(world, name, slot, node)
        if number >= at_once - 1:
            world.turn(SAMPLE)


def tell_all(world: World, name: str) -> None:
    """Of every GPU of the node, one after the other, in one instant."""
    for slot in GPUS:
        world.agent("gpu-1").says(world.now, name, slot)
    world.turn(SAMPLE)


def pages(world: World) -> list[tuple[str, int | None]]:
    return [(row.runbook, row.gpu_slot) for row in world.incidents()]


def repairs(world: World) -> list[tuple[str, int | None]]:
    observed = set(world.catalogue.ids(Disposition.OBSERVE))
    return [(page, slot) for page, slot in pages(world) if page not in observed]


@pytest.mark.parametrize(
    ("names", "page"),
    [
        (["xid:48", *ASKS, *ECHOES], "uncorrectable-memory-error"),
        (["xid:48", "xid:171", "xid:63", *ASKS, *ECHOES], "uncorrectable-memory-error"),
        (["xid:63", "xid:48", *ECHOES], "uncorrectable-memory-error"),
        (["ecc:uncorrected_dram", "xid:48"], "uncorrectable-memory-error"),
        (["xid:95", "xid:63", *ASKS, *ECHOES], "uncontained-memory-error"),
        (["ecc:uncorrected_sram", "xid:95"], "uncontained-memory-error"),
        (["gpu_event:poison_nonfatal", "xid:95"], "uncontained-memory-error"),
        (["xid:48", "xid:64", "remap:failed", *ASKS], "row-remap-failure"),
        (["xid:48", *ECHOES, "remap:no_spares"], "row-remap-failure"),
        (["remap:pending", "remap:failed"], "row-remap-failure"),
        (["ecc:uncorrected_sram", "ecc:sram_threshold"], "sram-threshold-exceeded"),
        (["xid:94", "ecc:sram_threshold"], "sram-threshold-exceeded"),
        (["xid:48", "xid:172", "ecc:uncorrected_sram"], "uncorrectable-memory-error"),
        ([AER, "xid:79", "gpu:off_bus", "gpu:lost"], "gpu-fell-off-bus"),
        ([AER, "gpu:hung", "gpu:lost", "xid:79"], "gpu-fell-off-bus"),
        (["pcie:width", "pcie:replays", "xid:79"], "gpu-fell-off-bus"),
        (["thermal:hw_slowdown", "xid:79", "gpu:lost"], "gpu-fell-off-bus"),
        (["xid:74", "nvlink:down", "nvlink:errors", *ASKS], "nvlink-error"),
        (["nvlink:noise", "nvlink:errors", "xid:74"], "nvlink-error"),
        (["xid:145", "xid:149", "xid:155", "nvlink:down"], "nvlink-five-error"),
        (["nvlink:errors", "xid:79", "gpu:lost"], "gpu-fell-off-bus"),
        (["xid:143", "gpu:init_failed"], "gpu-init-failed"),
        (["gpu:init_failed"], "gpu-init-failed"),
        (["xid:119", "xid:120", "gpu:hung", *ASKS], "gsp-timeout"),
        (["xid:45", "xid:109", *ASKS], "context-switch-timeout"),
        (["thermal:hw_slowdown", "gpu_event:poison_fatal", "xid:95"], "uncontained-memory-error"),
        (["thermal:sw_slowdown", "thermal:hw_slowdown"], "gpu-too-hot"),
        (["pcie:replays", "pcie:width", "pcie:generation"], "pcie-link-degraded"),
        (["fabric:degraded", "fabric:error", "fabric:not_joined"], "fabric-not-joined"),
        (["xid:154", "gpu_event:recovery_action", "gpu:recovery_action"], "gpu-asks-for-recovery"),
    ],
)
def test_one_fault_of_one_gpu_is_one_repair_of_the_right_page(
    world: World, names: list[str], page: str
) -> None:
    tell(world, names)
    assert pages(world) == [(page, 3)]
    world.turn(world.burst)
    assert world.only_incident().state is not IncidentState.OPEN


@pytest.mark.parametrize(
    ("names", "page"),
    [
        (["xid:63", *ECHOES], "row-remap-pending"),
        (["xid:94", "xid:63", *ECHOES], "contained-memory-error"),
        (["xid:63", "xid:94", *ECHOES], "row-remap-pending"),
        (["gpu_event:dram_retirement", "xid:94", *ECHOES], "row-remap-pending"),
        (["xid:13", "xid:94", "xid:45", *ECHOES], "graphics-engine-exception"),
        (["xid:13", "xid:43", "xid:45"], "graphics-engine-exception"),
        (["remap:pending", "remap:page_pending"], "row-remap-pending"),
        (["xid:92", "ecc:corrected_storm"], "corrected-error-storm"),
        (["pcie:aer_corrected", "pcie:replays", "pcie:replay_rollover"], "pcie-link-noise"),
    ],
)
def test_a_count_that_rose_with_what_is_only_observed_asks_for_no_repair(
    world: World, names: list[str], page: str
) -> None:
    tell(world, names, at_once=len(names))
    assert pages(world) == [(page, 3)]
    world.turn(world.silence)
    assert world.only_incident().state is IncidentState.CLOSED
    assert world.remedy.orders == []


def test_a_count_that_nothing_explains_asks_for_a_repair(world: World) -> None:
    tell(world, ["xid:94"])
    world.turn(world.burst + SAMPLE)
    tell(world, ["ecc:uncorrected_dram"])
    assert pages(world)[1:] == [("uncorrectable-memory-error", 3)]


@pytest.mark.parametrize(
    ("names", "page"),
    [
        (["ib:down", "ib:flap", "ib:errors"], "fabric-link-down"),
        (["ib:flap", "ib:errors", "ib:down"], "fabric-link-unstable"),
        (["ib:errors", "ib:down"], "fabric-link-down"),
        (["ib:nic_health", "ib:down", "pcie:no_answer"], "nic-failed"),
        (["disk:io_error", "disk:controller_down", "disk:read_only"], "drive-failed"),
        (["disk:io_error", "disk:read_only", "kernel:hung_task"], "filesystem-broken"),
        (["kernel:machine_check", "memory:uncorrected", "memory:given_up"], "host-memory-failed"),
        (["memory:corrected", "sel:memory", "kernel:panic", "node:silent"], "host-memory-failed"),
        (["kernel:soft_lockup", "kernel:panic", "node:silent", "scheduler:down"], "kernel-crashed"),
        (["node:silent", "scheduler:down", "bmc:silent"], "node-silent"),
        (["scheduler:down", "node:silent"], "node-silent"),
        (["sel:thermal_trip", "node:silent", "scheduler:down"], "thermal-trip"),
        (["sel:processor", "kernel:machine_check", "scheduler:down"], "processor-error"),
        (["psu:failed", "psu:redundancy_lost", "sel:power"], "power-supply-failed"),
        (
            ["psu:input_lost", "psu:failed", "psu:redundancy_lost", "power:brake"],
            "power-input-lost",
        ),
        (["sel:power", "psu:input_lost", "psu:redundancy_lost"], "power-input-lost"),
        (["fan:failed", "fan:redundancy_lost", "node:sensor_alarm"], "fan-failed"),
        (["node:driver_mismatch", "fabric:manager_down", "gpu:missing"], "driver-mismatch"),
    ],
)
def test_one_fault_of_the_node_itself_is_one_repair(
    world: World, names: list[str], page: str
) -> None:
    tell(world, names, slot=None)
    assert repairs(world) == [(page, None)]


@pytest.mark.parametrize(
    ("first", "slot", "then", "page"),
    [
        ("fabric:manager_down", None, "fabric:not_joined", "fabric-manager-down"),
        ("fabric:manager_down", None, "nvlink:down", "fabric-manager-down"),
        ("sxid:23001", None, "xid:74", "fabric-switch-fatal"),
        ("sxid:23001", None, "nvlink:down", "fabric-switch-fatal"),
        ("sxid:12024", None, "xid:45", "fabric-switch-error"),
        ("fan:failed", None, "thermal:hw_slowdown", "fan-failed"),
        ("node:driver_mismatch", None, "gpu:lost", "driver-mismatch"),
        ("psu:input_lost", None, "power:brake", "power-input-lost"),
        ("sel:thermal_trip", None, "gpu:lost", "thermal-trip"),
        ("nvlink:down", 0, "nvlink:down", "nvlink-error"),
        ("xid:74", 3, "xid:74", "nvlink-error"),
        ("fabric:not_joined", 0, "fabric:not_joined", "fabric-not-joined"),
        ("thermal:hw_slowdown", 0, "thermal:hw_slowdown", "gpu-too-hot"),
        ("xid:119", 3, "gpu:hung", "gsp-timeout"),
        ("gpu:hung", 3, "gpu:hung", "gpu-call-hung"),
    ],
)
def test_what_all_gpus_then_say_is_the_fault_that_they_share(
    world: World, first: str, slot: int | None, then: str, page: str
) -> None:
    tell(world, [first], slot)
    tell_all(world, then)
    assert pages(world) == [(page, slot)]


def test_a_manager_that_is_seen_to_be_down_after_its_gpus_left_is_the_same_fault(
    world: World,
) -> None:
    tell_all(world, "fabric:not_joined")
    tell(world, ["fabric:manager_down"], slot=None)
    assert pages(world) == [("fabric-not-joined", 0)]


def test_a_gpu_that_dies_takes_its_links_down_and_is_one_incident(world: World) -> None:
    agent = world.agent("gpu-1")
    agent.says(world.now, AER, None)
    for slot in GPUS:
        agent.says(world.now, "xid:79" if slot == 3 else "xid:45", slot)
    world.turn(SAMPLE)
    tell(world, ["gpu:lost"])
    world.turn(SELDOM)
    for slot in GPUS:
        if slot != 3:
            agent.says(world.now, "nvlink:down", slot)
            agent.says(world.now, "xid:74", slot)
    world.turn(SAMPLE)
    taken_out = [row for row in world.incidents() if row.gpus_out]
    assert [(row.runbook, row.gpu_slot, row.gpus_out) for row in taken_out] == [
        ("gpu-fell-off-bus", 3, 1)
    ]
    assert {row.runbook for row in world.incidents() if not row.gpus_out} == {
        "gpu-channels-removed",
        "pcie-error-reported",
    }
    world.turn(world.silence)
    still_open = [row for row in world.incidents() if row.state is not IncidentState.CLOSED]
    assert [row.gpu_slot for row in still_open] == [3]
    assert world.remedy.orders == []


def test_what_bus_shell_and_neighbours_say_of_a_dead_gpu_is_evidence(world: World) -> None:
    tell(world, ["xid:79"])
    tell(world, [AER, "pcie:aer_nonfatal", "sel:bus_fatal", "ib:nic_health"], slot=None)
    tell(world, ["gpu:missing", "gpu:unclaimed", "sxid:20034"], slot=None)
    tell(world, ["nvlink:noise", "nvlink:down", "xid:45", "gpu:hung", "fabric:degraded"], slot=5)
    assert pages(world) == [("gpu-fell-off-bus", 3)]


def test_the_switch_that_tells_first_opens_no_repair_beside_the_gpus(world: World) -> None:
    tell(world, ["sxid:20034"], slot=None)
    tell(world, ["xid:79", "gpu:lost"])
    assert repairs(world) == [("gpu-fell-off-bus", 3)]


def test_a_link_that_fails_when_its_neighbours_repair_is_long_known_is_its_own(
    world: World,
) -> None:
    tell(world, ["xid:79"])
    world.turn(world.burst + SAMPLE)
    tell(world, ["nvlink:down"], slot=5)
    assert pages(world) == [("gpu-fell-off-bus", 3), ("nvlink-error", 5)]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("feed:lost", ["psu:input_lost", "power:brake", "sel:power", "node:silent"]),
        ("inlet:hot", ["inlet:warm", "thermal:hw_slowdown", "thermal:sw_slowdown", "sxid:10004"]),
        ("cooling:lost", ["cdu:alarm", "inlet:hot", "sel:thermal_trip", "node:silent"]),
        ("leak:detected", ["xid:79", "psu:failed", "node:silent", "ib:down"]),
    ],
)
def test_what_lies_below_a_lost_feed_or_a_leak_is_no_fault_of_its_own(
    world: World, above: str, below: list[str]
) -> None:
    tell(world, [above], slot=None)
    world.turn(world.burst + SAMPLE)
    for node in ("gpu-1", "gpu-2"):
        tell(world, below, slot=None, node=node)
    assert pages(world) == [(world.catalogue.for_signal(above).id, None)]


@pytest.mark.parametrize(
    ("above", "other"),
    [("feed:lost", "xid:79"), ("inlet:hot", "xid:79"), ("cooling:lost", "psu:failed")],
)
def test_what_a_lost_feed_does_not_do_stays_a_fault_of_its_own(
    world: World, above: str, other: str
) -> None:
    tell(world, [above], slot=None)
    tell(world, [other])
    expected = [world.catalogue.for_signal(name).id for name in (above, other)]
    assert [page for page, _ in pages(world)] == expected


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("xid:13", "graphics-engine-exception"),
        ("xid:43", "gpu-channel-reset"),
        ("xid:154", "recovery-action-changed"),
        ("xid:999", "unknown-signal"),
        ("ecc:corrected_storm", "corrected-error-storm"),
        ("nvlink:noise", "nvlink-noise"),
        ("fabric:degraded", "fabric-degraded"),
        ("gpu_event:unavailable", "recovery-action-changed"),
        ("sxid:11012", "fabric-switch-noise"),
        ("disk:full", "filesystem-full"),
        ("memory:corrected", "host-memory-corrected"),
        ("kernel:oom_kill", "out-of-memory-kill"),
        ("node:sensor_alarm", "sensor-alarm"),
        ("scheduler:drained", "node-drained-by-others"),
    ],
)
def test_noise_is_shown_sends_nobody_and_is_closed_by_silence(
    world: World, name: str, page: str
) -> None:
    for _ in range(3):
        tell(world, [name])
        world.turn(world.burst)
    assert [runbook for runbook, _ in pages(world)] == [page]
    world.turn(world.silence)
    assert world.only_incident().state is IncidentState.CLOSED
    assert (world.remedy.orders, world.orders()) == ([], [])


@pytest.mark.parametrize(
    ("name", "bursts", "page"),
    [
        (AER, 2, "pcie-fatal-error"),
        ("sxid:20034", 2, "fabric-switch-error"),
        ("xid:31", 2, "gpu-suspect"),
        ("disk:io_error", 3, "drive-failed"),
        ("thermal:sw_slowdown", 4, "gpu-too-hot"),
    ],
)
def test_noise_that_comes_back_becomes_the_repair_that_its_page_names(
    world: World, name: str, bursts: int, page: str
) -> None:
    for _ in range(bursts - 1):
        tell(world, [name])
        world.turn(world.burst)
    assert repairs(world) == []
    tell(world, [name])
    assert [runbook for runbook, _ in repairs(world)] == [page]


def test_noise_that_never_stops_holds_up_no_repair(world: World) -> None:
    for _ in range(30):
        tell(world, ["ecc:corrected_storm"])
        world.turn(timedelta(seconds=60))
    begun = world.now
    world.agent("gpu-1").says(begun, "xid:64", 3)
    for _ in range(30):
        tell(world, ["ecc:corrected_storm"])
        world.turn(timedelta(seconds=60))
    noise, repair = world.incidents()
    assert (noise.runbook, noise.gpus_out) == ("corrected-error-storm", 0)
    assert (repair.runbook, repair.gpus_out) == ("row-remap-failure", 1)
    assert repair.opened_at - begun < timedelta(seconds=10)
    assert [order.key for order in world.remedy.orders] == [f"INC-{repair.id}/1"]
