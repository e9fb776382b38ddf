"""What holds a GPU's clocks back: the reasons of this moment, and the seconds of each so far."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from thirdshift_agent.collectors.gpu.source import Call, Field, GpuCollector, GpuRow
from thirdshift_agent.collectors.row import Labels

_NANO = 1e-9


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


_CALLS = ("nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons")

_SPANS = {
    ThrottleReason.SW_POWER_CAP: 74,
    ThrottleReason.SYNC_BOOST: 76,
    ThrottleReason.SW_THERMAL_SLOWDOWN: 269,
    ThrottleReason.HW_THERMAL_SLOWDOWN: 270,
    ThrottleReason.HW_POWER_BRAKE: 271,
}
_POLICIES = {"thermal": 75, "board_limit": 77, "low_utilisation": 78, "reliability": 79}
"""Policies that have a span but no bit; older drivers tell of heat in `thermal` alone."""


def _bit(place: int) -> Callable[[int], float]:
    return lambda bits: float(bits >> place & 1)


def _each_call(place: int) -> tuple[Call, ...]:
    return tuple(Call(function, (), _bit(place)) for function in _CALLS)


def _spans() -> dict[Labels, tuple[Field, ...]]:
    named = {reason.value: field for reason, field in _SPANS.items()} | _POLICIES
    return {(name,): (Field(field, _NANO),) for name, field in named.items()}


COLLECTOR = GpuCollector(
    "throttle",
    (
        GpuRow(
            "throttle_reason",
            "Whether this reason holds the clocks back now.",
            ("reason",),
            {(reason.value,): _each_call(place) for place, reason in enumerate(ThrottleReason)},
        ),
        GpuRow(
            "throttle_seconds_total",
            "For how long this reason has held the clocks back.",
            ("reason",),
            _spans(),
        ),
    ),
)
