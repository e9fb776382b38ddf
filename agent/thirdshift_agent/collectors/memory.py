"""How much of a GPU's memory is taken."""

from __future__ import annotations

from thirdshift_agent.collectors.table import Gauge

ROWS = (
    Gauge("memory_used_bytes", "Memory allocated.", lambda gpu: gpu.memory_used_bytes),
    Gauge("memory_total_bytes", "Memory on the card.", lambda gpu: gpu.memory_total_bytes),
)
