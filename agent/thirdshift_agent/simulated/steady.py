"""What a well H100 reads all the time, and what its parts do while it trains a model."""

from __future__ import annotations

from thirdshift_agent.collectors.gpu.throttle import ThrottleReason
from thirdshift_agent.collectors.row import Readings

NAME = "NVIDIA H100 80GB HBM3"
LIMIT_WATTS, LIMIT_CELSIUS = 700.0, 87.0
MEMORY_BYTES = 81_559 * 1024**2
LINKS = 18

_NEVER = (
    ("ecc_errors_total", ("corrected", "sram")),
    ("ecc_errors_total", ("uncorrected", "sram")),
    ("ecc_volatile_errors_total", ("corrected", "dram")),
    ("ecc_volatile_errors_total", ("uncorrected", "dram")),
    ("ecc_sram_threshold_exceeded", ()),
    ("remapped_rows_total", ("correctable",)),
    ("remap_banks", ("none",)),
    ("pcie_replays_total", ()),
    ("pcie_replay_rollovers_total", ()),
    ("pcie_errors_total", ("fatal",)),
    ("fabric_error_code", ()),
    ("fabric_suffers", ("bandwidth_degraded",)),
    ("throttle_seconds_total", ("hw_thermal_slowdown",)),
    ("throttle_seconds_total", ("sw_thermal_slowdown",)),
    ("throttle_seconds_total", ("hw_power_brake",)),
)

STEADY: Readings = {
    **dict.fromkeys(_NEVER, 0.0),
    **{("throttle_reason", (reason.value,)): 0.0 for reason in ThrottleReason},
    **{("nvlink_up", (str(link),)): 1.0 for link in range(LINKS)},
    **{("nvlink_speed_bytes_per_second", (str(link),)): 26.562e9 for link in range(LINKS)},
    **{
        ("nvlink_errors_total", (str(link), error)): 0.0
        for link in range(LINKS)
        for error in ("replay", "recovery", "crc")
    },
    ("power_limit_watts", ()): LIMIT_WATTS,
    ("memory_clock_hertz", ()): 2619e6,
    ("memory_total_bytes", ()): float(MEMORY_BYTES),
    ("performance_state", ()): 0.0,
    ("ecc_enabled", ()): 1.0,
    ("pcie_generation", ()): 5.0,
    ("pcie_generation_max", ()): 5.0,
    ("pcie_width", ()): 16.0,
    ("pcie_width_max", ()): 16.0,
    ("fabric_state", ("completed",)): 1.0,
}

AT_WORK = {
    "graphics_activity_ratio": 0.97,
    "sm_activity_ratio": 0.91,
    "sm_occupancy_ratio": 0.34,
    "tensor_activity_ratio": 0.52,
    "dram_activity_ratio": 0.43,
    "fp64_activity_ratio": 0.0,
    "fp32_activity_ratio": 0.14,
    "fp16_activity_ratio": 0.02,
    "pcie_transmit_bytes_per_second": 1.9e9,
    "pcie_receive_bytes_per_second": 4.2e9,
    "nvlink_transmit_bytes_per_second": 118e9,
    "nvlink_receive_bytes_per_second": 118e9,
}
"""The chip's own counters; all of them are 0 while it is idle."""
