"""Why a GPU's clocks are not what they could be: the driver's reasons, by name."""

from __future__ import annotations

from enum import StrEnum


class ThrottleReason(StrEnum):
    """In the order of the driver's bits, from the lowest."""

    GPU_IDLE = "gpu_idle"
    APPLICATIONS_CLOCKS = "applications_clocks"
    SW_POWER_CAP = "sw_power_cap"
    HW_SLOWDOWN = "hw_slowdown"
    SYNC_BOOST = "sync_boost"
    SW_THERMAL_SLOWDOWN = "sw_thermal_slowdown"
    HW_THERMAL_SLOWDOWN = "hw_thermal_slowdown"
    HW_POWER_BRAKE = "hw_power_brake"
    DISPLAY_CLOCKS = "display_clocks"
    BOARD_LIMIT = "board_limit"
    RELIABILITY = "reliability"


def named(bits: int) -> tuple[str, ...]:
    """Return the reasons that are set; a bit that has no name yet is left out."""
    return tuple(reason.value for place, reason in enumerate(ThrottleReason) if bits >> place & 1)
