"""What a GPU draws and has drawn."""

from __future__ import annotations

from thirdshift_agent.collectors.table import Counter, Gauge

ROWS = (
    Gauge("power_watts", "Power drawn, mean of the last second.", lambda gpu: gpu.power_watts),
    Gauge(
        "power_limit_watts",
        "Power limit in force, after all limiters.",
        lambda gpu: gpu.power_limit_watts,
    ),
    Counter(
        "energy_joules_total",
        "Energy drawn since the driver was loaded.",
        lambda gpu: gpu.energy_joules_total,
    ),
)
