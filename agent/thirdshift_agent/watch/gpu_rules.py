"""What is worth a signal in a GPU's readings. Thresholds are of observation, not of judgement."""

from __future__ import annotations

from thirdshift_agent.collectors.gpu import recovery
from thirdshift_agent.collectors.row import Labels, Readings
from thirdshift_agent.watch.rule import (
    Rises,
    Rule,
    Stays,
    among,
    below,
    is_one,
    is_some,
    is_zero,
)
from thirdshift_agent.wire import SignalKind

_BUSY_RATIO = 0.5
_RARE_LINK_ERRORS = (
    "recovery",
    "recovery_failed",
    "local_integrity",
    "malformed_packet",
    "buffer_overrun",
)
_COMMON_LINK_ERRORS = ("replay", "crc", "receive", "transmit_discard", "effective", "symbol")


def _slow_while_busy(value: float, readings: Readings, labels: Labels) -> bool:
    busy = readings.get(("utilisation_ratio", ()), 0.0) >= _BUSY_RATIO
    return busy and below("pcie_generation_max")(value, readings, labels)


def _slower_than_its_peers(value: float, readings: Readings, labels: Labels) -> bool:
    row = "nvlink_speed_bytes_per_second"
    return 0 < value < max(speed for (name, _), speed in readings.items() if name == row)


def _held_back_without_a_span(value: float, readings: Readings, labels: Labels) -> bool:
    return value == 1 and ("throttle_seconds_total", labels) not in readings


RULES = (
    Rule(
        "recovery-action",
        SignalKind.GPU,
        "recovery_action",
        recovery.CODE,
        Stays(is_some),
        "the GPU asks for a recovery",
    ),
    Rule(
        "ecc-uncorrected-dram",
        SignalKind.ECC,
        "uncorrected_dram",
        "ecc_errors_total",
        Rises(within_seconds=0.0, is_kept=True),
        "memory errors were not corrected",
        only=lambda labels: labels == ("uncorrected", "dram"),
    ),
    Rule(
        "ecc-uncorrected-sram",
        SignalKind.ECC,
        "uncorrected_sram",
        "ecc_errors_total",
        Rises(within_seconds=0.0, is_kept=True),
        "errors of on-chip memory were not corrected",
        only=lambda labels: labels == ("uncorrected", "sram"),
    ),
    Rule(
        "ecc-corrected-storm",
        SignalKind.ECC,
        "corrected_storm",
        "ecc_volatile_errors_total",
        Rises(by=100, within_seconds=600),
        "unusually many memory errors were corrected",
        only=lambda labels: labels[0] == "corrected",
    ),
    Rule(
        "ecc-sram-threshold",
        SignalKind.ECC,
        "sram_threshold",
        "ecc_sram_threshold_exceeded",
        Stays(is_one),
        "on-chip memory has failed more often than the maker allows",
    ),
    Rule(
        "ecc-disabled",
        SignalKind.ECC,
        "disabled",
        "ecc_enabled",
        Stays(is_zero, samples=2, of=2, after_good=True),
        "memory errors are looked for no more",
    ),
    Rule(
        "remap-pending",
        SignalKind.REMAP,
        "pending",
        "remap_pending",
        Stays(is_one),
        "a row waits for a reset to be remapped",
    ),
    Rule(
        "remap-failed",
        SignalKind.REMAP,
        "failed",
        "remap_failed",
        Stays(is_one),
        "a row could not be remapped",
    ),
    Rule(
        "remap-no-spares",
        SignalKind.REMAP,
        "no_spares",
        "remap_banks",
        Stays(is_some),
        "a bank of memory has no spare row left",
        only=among("none"),
    ),
    Rule(
        "page-pending",
        SignalKind.REMAP,
        "page_pending",
        "retired_pages_pending",
        Stays(is_one),
        "a page waits for a reset to be retired",
    ),
    Rule(
        "nvlink-down",
        SignalKind.NVLINK,
        "down",
        "nvlink_up",
        Stays(is_zero, samples=2, of=3, in_grace=False, after_good=True),
        "links are down",
    ),
    Rule(
        "nvlink-slow",
        SignalKind.NVLINK,
        "slow",
        "nvlink_speed_bytes_per_second",
        Stays(_slower_than_its_peers, samples=2, of=3, in_grace=False),
        "links are slower than the others of the GPU",
    ),
    Rule(
        "nvlink-rare-errors",
        SignalKind.NVLINK,
        "errors",
        "nvlink_errors_total",
        Rises(),
        "links had errors that should not occur",
        only=among(*_RARE_LINK_ERRORS),
    ),
    Rule(
        "nvlink-many-errors",
        SignalKind.NVLINK,
        "noise",
        "nvlink_errors_total",
        Rises(by=100),
        "links repeat themselves unusually often",
        only=among(*_COMMON_LINK_ERRORS),
    ),
    Rule(
        "fabric-left",
        SignalKind.FABRIC,
        "not_joined",
        "fabric_state",
        Stays(is_zero, samples=2, of=3, in_grace=False, after_good=True),
        "the GPU is no longer part of the fabric",
        only=among("completed"),
    ),
    Rule(
        "fabric-error",
        SignalKind.FABRIC,
        "error",
        "fabric_error_code",
        Stays(is_some, samples=2, of=3, in_grace=False),
        "the GPU failed to join the fabric",
    ),
    Rule(
        "fabric-suffers",
        SignalKind.FABRIC,
        "degraded",
        "fabric_suffers",
        Stays(is_one, samples=2, of=3, in_grace=False),
        "the fabric is not what it should be",
    ),
    Rule(
        "pcie-width",
        SignalKind.PCIE,
        "width",
        "pcie_width",
        Stays(below("pcie_width_max"), samples=3, of=3),
        "the link runs on fewer lanes than it has",
    ),
    Rule(
        "pcie-generation",
        SignalKind.PCIE,
        "generation",
        "pcie_generation",
        Stays(_slow_while_busy, samples=3, of=3),
        "the link is slow while the GPU is at work",
    ),
    Rule(
        "pcie-replays",
        SignalKind.PCIE,
        "replays",
        "pcie_replays_total",
        Rises(by=30),
        "packets are sent again unusually often",
    ),
    Rule(
        "pcie-replay-rollover",
        SignalKind.PCIE,
        "replay_rollover",
        "pcie_replay_rollovers_total",
        Rises(),
        "a packet was sent again so often that the link was trained anew",
    ),
    Rule(
        "pcie-uncorrected",
        SignalKind.PCIE,
        "uncorrected",
        "pcie_errors_total",
        Rises(),
        "the card counted errors on its link that were not corrected",
        only=among("fatal", "non_fatal"),
    ),
    Rule(
        "thermal-hardware",
        SignalKind.THERMAL,
        "hw_slowdown",
        "throttle_seconds_total",
        Rises(),
        "heat made the hardware slow itself down",
        only=among("hw_thermal_slowdown"),
    ),
    Rule(
        "thermal-software",
        SignalKind.THERMAL,
        "sw_slowdown",
        "throttle_seconds_total",
        Rises(by=5.0),
        "heat made the driver slow the GPU down",
        only=among("sw_thermal_slowdown"),
    ),
    Rule(
        "thermal-now",
        SignalKind.THERMAL,
        "hw_slowdown",
        "throttle_reason",
        Stays(_held_back_without_a_span, samples=2, of=3),
        "heat makes the hardware slow itself down",
        only=among("hw_thermal_slowdown"),
    ),
    Rule(
        "power-brake",
        SignalKind.POWER,
        "brake",
        "throttle_seconds_total",
        Rises(),
        "the server's power supply made the GPU slow down",
        only=among("hw_power_brake"),
    ),
    Rule(
        "power-brake-now",
        SignalKind.POWER,
        "brake",
        "throttle_reason",
        Stays(_held_back_without_a_span, samples=2, of=3),
        "the server's power supply makes the GPU slow down",
        only=among("hw_power_brake"),
    ),
)
