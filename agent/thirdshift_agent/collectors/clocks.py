"""How fast a GPU runs and what holds it back."""

from __future__ import annotations

from collections.abc import Iterable

from thirdshift_agent.collectors.table import Gauge, Labelled, each_state
from thirdshift_agent.throttle import ThrottleReason
from thirdshift_agent.wire import GpuReading


def _reasons(gpu: GpuReading) -> Iterable[tuple[tuple[str, ...], float]]:
    if gpu.throttle_reasons is None:
        return ()
    return each_state(ThrottleReason, gpu.throttle_reasons).items()


ROWS = (
    Gauge(
        "utilisation_ratio", "Share of time that a kernel ran.", lambda gpu: gpu.utilisation_ratio
    ),
    Gauge("sm_clock_hertz", "Clock of the compute units.", lambda gpu: gpu.sm_clock_hertz),
    Gauge("memory_clock_hertz", "Clock of the memory.", lambda gpu: gpu.memory_clock_hertz),
    Labelled(
        "throttle_reason",
        "Whether this reason holds the clocks back now.",
        ("reason",),
        _reasons,
    ),
)
