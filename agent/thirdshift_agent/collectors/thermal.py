"""How hot a GPU and its memory are."""

from __future__ import annotations

from thirdshift_agent.collectors.table import Gauge

ROWS = (
    Gauge("temperature_celsius", "Temperature of the chip.", lambda gpu: gpu.temperature_celsius),
    Gauge(
        "memory_temperature_celsius",
        "Temperature of the memory.",
        lambda gpu: gpu.memory_temperature_celsius,
    ),
)
