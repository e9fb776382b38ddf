"""What one fault makes a node say, in the order in which it comes: how many incidents, and which.

The XID is in the kernel's log at once; the sampler's own signals follow with its next samples, what
is read seldom (links, spares) up to a minute later.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from fakes.world import World
from thirdshift_controller.wire import IncidentState

GPUS = range(8)
SAMPLE, SELDOM = timedelta(seconds=5), timedelta(seconds=60)

ECHOES = ["ecc:uncorrected_dram", "remap:pending"]
ASKS = ["xid:154", "gpu:recovery_action"]
AER = "pcie:aer_fatal"


def tell(world: World, names: list[str], slot: int | None = 3, at_once: int = 1) -> None:
    """The first `at_once` in one instant, the others a sample later each."""
    for number, name in enumerate(names):
        world.agent("gpu-1").says(world.now, name, slot)
        if number >= at_once - 1:
            world.turn(SAMPLE)


def pages(world: World) -> list[tuple[str, int | None]]:
    return [(row.runbook, row.gpu_slot) for row in world.incidents()]


@pytest.mark.parametrize(
    ("names", "page"),
    [
        (["xid:48", *ASKS, *ECHOES], "uncorrectable-memory-error"),
        (["xid:48", "xid:63", *ASKS, *ECHOES], "uncorrectable-memory-error"),
        (["xid:63", "xid:48", *ECHOES], "uncorrectable-memory-error"),
        (["ecc:uncorrected_dram", "xid:48"], "uncorrectable-memory-error"),
        (["xid:95", "xid:63", *ASKS, *ECHOES], "uncontained-memory-error"),
        (["ecc:uncorrected_sram", "xid:95"], "uncontained-memory-error"),
        (["xid:48", "xid:64", "remap:failed", *ASKS], "row-remap-failure"),
        (["xid:48", *ECHOES, "remap:no_spares"], "row-remap-failure"),
        (["remap:pending", "remap:failed"], "row-remap-failure"),
        (["ecc:uncorrected_sram", "ecc:sram_threshold"], "uncorrectable-memory-error"),
        (["xid:94", "ecc:sram_threshold"], "uncorrectable-memory-error"),
        ([AER, "xid:79", "gpu:off_bus", "gpu:lost"], "gpu-fell-off-bus"),
        (["xid:74", "nvlink:down", "nvlink:errors", *ASKS], "nvlink-error"),
        (["nvlink:errors", "xid:79", "gpu:lost"], "gpu-fell-off-bus"),
        (["gpu:init_failed"], "gpu-fell-off-bus"),
        (["thermal:hw_slowdown", "gpu_event:poison_fatal", "xid:95"], "uncontained-memory-error"),
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
        (["gpu_event:dram_retirement", "xid:94", *ECHOES], "unknown-signal"),
        (["xid:13", "xid:94", "xid:45", *ECHOES], "graphics-engine-exception"),
        (["remap:pending", "remap:page_pending"], "row-remap-pending"),
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
    repairs = [row for row in world.incidents() if row.gpus_out]
    assert [(row.runbook, row.gpu_slot, row.gpus_out) for row in repairs] == [
        ("gpu-fell-off-bus", 3, 1)
    ]
    assert {row.runbook for row in world.incidents() if not row.gpus_out} == {
        "gpu-channels-removed",
        "unknown-signal",
    }
    world.turn(world.silence)
    still_open = [row for row in world.incidents() if row.state is not IncidentState.CLOSED]
    assert [row.gpu_slot for row in still_open] == [3]
    assert world.remedy.orders == []


def test_a_switch_that_dies_is_one_incident_of_eight_gpus_links(world: World) -> None:
    for slot in GPUS:
        world.agent("gpu-1").says(world.now, "nvlink:down", slot)
    world.turn(SAMPLE)
    assert pages(world) == [("nvlink-error", 0)]


def test_a_link_that_fails_when_its_neighbours_repair_is_long_known_is_its_own(
    world: World,
) -> None:
    tell(world, ["xid:79"])
    world.turn(world.burst + SAMPLE)
    tell(world, ["nvlink:down"], slot=5)
    assert pages(world) == [("gpu-fell-off-bus", 3), ("nvlink-error", 5)]


@pytest.mark.parametrize("slot", [3, None])
@pytest.mark.parametrize(
    "name",
    [
        "ecc:corrected_storm",
        "nvlink:noise",
        AER,
        "pcie:width",
        "thermal:hw_slowdown",
        "power:brake",
        "fabric:not_joined",
        "ib:link_down",
        "disk:io_error",
        "memory:corrected",
        "kernel:oom_kill",
        "gpu_event:unavailable",
        "node:driver_mismatch",
    ],
)
def test_noise_is_shown_sends_nobody_and_is_closed_by_silence(
    world: World, name: str, slot: int | None
) -> None:
    for _ in range(3):
        tell(world, [name], slot)
        world.turn(world.burst)
    assert pages(world) == [("unknown-signal", slot)]
    world.turn(world.silence)
    assert world.only_incident().state is IncidentState.CLOSED
    assert (world.remedy.orders, world.orders()) == ([], [])


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
    assert (noise.runbook, noise.gpus_out) == ("unknown-signal", 0)
    assert (repair.runbook, repair.gpus_out) == ("row-remap-failure", 1)
    assert repair.opened_at - begun < timedelta(seconds=10)
    assert [order.key for order in world.remedy.orders] == [f"INC-{repair.id}/1"]
