"""What a GPU's readings and NVML's events can show."""

from __future__ import annotations

from collections.abc import Iterator

from thirdshift_agent.collectors.gpu import recovery
from thirdshift_agent.inject.fault import Event, InjectedFault, reads, rises

_LINK = "4"
_JOINING, _BANDWIDTH_DEGRADED = 2, 0b01_10_10_10_01
"""NVML's state of the fabric, and its mask of what the fabric suffers from."""
_STUCK_CALL = "nvmlDeviceGetFieldValues"

READINGS = (
    reads(
        "gpu:recovery_action",
        "it asks for a reset",
        {
            (recovery.CODE, ()): 1,
            (recovery.ACTION, ("none",)): 0,
            (recovery.ACTION, ("gpu_reset",)): 1,
        },
    ),
    reads(
        "ecc:sram_threshold", "on-chip memory is worn out", {("ecc_sram_threshold_exceeded", ()): 1}
    ),
    reads("ecc:disabled", "errors are looked for no more", {("ecc_enabled", ()): 0}, looks=2),
    reads("remap:pending", "a row waits for a reset", {("remap_pending", ()): 1}),
    reads("remap:failed", "a row could not be remapped", {("remap_failed", ()): 1}),
    reads("remap:no_spares", "a bank has no spare rows", {("remap_banks", ("none",)): 1}),
    reads("remap:page_pending", "a page waits for a reset", {("retired_pages_pending", ()): 1}),
    reads("nvlink:down", "a link is down", {("nvlink_up", (_LINK,)): 0}, looks=2),
    reads(
        "nvlink:slow",
        "a link was trained to half its speed",
        {("nvlink_speed_bytes_per_second", (_LINK,)): 13.281e9},
        looks=2,
    ),
    InjectedFault(
        name="fabric:not_joined",
        words="it has left the fabric",
        signals=frozenset({"fabric:not_joined"}),
        readings={("fabric_state", ("completed",)): 0, ("fabric_state", ("in_progress",)): 1},
        calls={"fabric.state": _JOINING},
        looks=2,
    ),
    reads(
        "fabric:error", "it failed to join the fabric", {("fabric_error_code", ()): 999}, looks=2
    ),
    InjectedFault(
        name="fabric:degraded",
        words="the fabric's bandwidth is not full",
        signals=frozenset({"fabric:degraded"}),
        readings={("fabric_suffers", ("bandwidth_degraded",)): 1},
        calls={"fabric.health": _BANDWIDTH_DEGRADED},
        looks=2,
    ),
    reads("pcie:width", "the link has lost half its lanes", {("pcie_width", ()): 8}, looks=3),
    reads(
        "pcie:generation",
        "the link is slow at work",
        {("pcie_generation", ()): 1, ("utilisation_ratio", ()): 1},
        looks=3,
    ),
)

COUNTERS = (
    rises(
        "ecc:uncorrected_dram",
        "an error of its memory was not corrected",
        {("ecc_errors_total", ("uncorrected", "dram")): 1},
    ),
    rises(
        "ecc:uncorrected_sram",
        "an error of on-chip memory was not corrected",
        {("ecc_errors_total", ("uncorrected", "sram")): 1},
    ),
    rises(
        "ecc:corrected_storm",
        "its memory is corrected all the time",
        {("ecc_volatile_errors_total", ("corrected", "dram")): 150},
    ),
    rises(
        "nvlink:errors",
        "a link had to recover",
        {("nvlink_errors_total", (_LINK, "recovery")): 1},
    ),
    rises(
        "nvlink:noise",
        "a link repeats itself all the time",
        {("nvlink_errors_total", (_LINK, "replay")): 200},
    ),
    rises("pcie:replays", "packets are sent again", {("pcie_replays_total", ()): 50}),
    rises(
        "pcie:replay_rollover",
        "the link was trained anew",
        {("pcie_replay_rollovers_total", ()): 1},
    ),
    rises("pcie:uncorrected", "the link failed", {("pcie_errors_total", ("fatal",)): 1}),
    rises(
        "thermal:hw_slowdown",
        "it is too hot for its hardware",
        {("throttle_seconds_total", ("hw_thermal_slowdown",)): 2},
    ),
    rises(
        "thermal:sw_slowdown",
        "it is too hot for its driver",
        {("throttle_seconds_total", ("sw_thermal_slowdown",)): 10},
    ),
    rises(
        "power:brake",
        "the server's power supply slows it down",
        {("throttle_seconds_total", ("hw_power_brake",)): 2},
    ),
)

_EVENTS = {
    "gpu_event:corrected_storm": 0x200,
    "gpu_event:dram_retirement": 0x400,
    "gpu_event:dram_retirement_failure": 0x800,
    "gpu_event:poison_nonfatal": 0x1000,
    "gpu_event:poison_fatal": 0x2000,
    "gpu_event:unavailable": 0x4000,
    "gpu_event:recovery_action": 0x8000,
    "gpu_event:0x10000": 0x10000,
}


def _events() -> Iterator[InjectedFault]:
    for name, kind in _EVENTS.items():
        words = f"NVML delivers an event of type 0x{kind:x}"
        yield InjectedFault(
            name=name, words=words, signals=frozenset({name}), events=(Event(kind),)
        )


PRESENCE = (
    InjectedFault(
        name="gpu:lost",
        words="it is off the bus, and nothing says so",
        signals=frozenset({"gpu:lost"}),
        is_lost=True,
        looks=2,
    ),
    InjectedFault(
        name="gpu:hung",
        words=f"{_STUCK_CALL} does not return",
        signals=frozenset({"gpu:hung"}),
        hangs_in=_STUCK_CALL,
        looks=2,
    ),
    InjectedFault(
        name="slow-calls",
        words="every call takes 20 ms: seen in the metrics, no signal",
        signals=frozenset(),
        calls={"latency.*": 20_000},
    ),
)

FAULTS = (*READINGS, *COUNTERS, *_events(), *PRESENCE)
