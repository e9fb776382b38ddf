"""How hot a GPU and its memory are, and how far from the heat that slows or stops them."""

from __future__ import annotations

from collections.abc import Mapping

from thirdshift_agent.collectors.gpu.source import (
    Ask,
    Call,
    Field,
    GpuCollector,
    family,
    gauge,
    several,
    unless_zero,
)
from thirdshift_agent.collectors.row import Labels

_GPU_SENSOR = 0
_SHUTDOWN, _SLOWDOWN, _MEMORY_MAX, _GPU_MAX = 0, 1, 2, 3


def _fans(ask: Ask) -> Mapping[Labels, float]:
    speeds = {fan: ask("nvmlDeviceGetFanSpeed_v2", fan) for fan in range(_count(ask))}
    return {(str(fan),): speed * 1e-2 for fan, speed in speeds.items() if speed is not None}


def _count(ask: Ask) -> int:
    return int(ask("nvmlDeviceGetNumFans") or 0)


def _threshold(kind: int) -> Call:
    return Call("nvmlDeviceGetTemperatureThreshold", (kind,), unless_zero)


COLLECTOR = GpuCollector(
    "thermal",
    (
        gauge(
            "temperature_celsius",
            "Temperature of the chip.",
            Call("nvmlDeviceGetTemperatureV", (_GPU_SENSOR,)),
            Call("nvmlDeviceGetTemperature", (_GPU_SENSOR,)),
        ),
        # chips without the sensor answer 0
        gauge(
            "memory_temperature_celsius",
            "Temperature of the memory.",
            Field(82, pick=unless_zero),
        ),
        gauge(
            "temperature_margin_celsius",
            "How much hotter the chip may become before it is slowed down.",
            Call("nvmlDeviceGetMarginTemperature"),
        ),
    ),
)

THRESHOLDS = GpuCollector(
    "thermal_thresholds",
    (
        family(
            "temperature_threshold_celsius",
            "Temperature at which this happens.",
            ("threshold",),
            {
                ("shutdown",): _threshold(_SHUTDOWN),
                ("slowdown",): _threshold(_SLOWDOWN),
                ("memory_max",): _threshold(_MEMORY_MAX),
                ("gpu_max",): _threshold(_GPU_MAX),
            },
        ),
        family(
            "temperature_margin_threshold_celsius",
            "Margin at which this happens; below 0 is past the limit.",
            ("threshold",),
            {
                ("shutdown",): Field(193),
                ("slowdown",): Field(194),
                ("memory_max",): Field(195),
                ("gpu_max",): Field(196),
            },
        ),
        several("fan_speed_ratio", "Speed of a fan of the card.", ("fan",), _fans),
    ),
    is_slow=True,
)
