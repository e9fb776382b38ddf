"""How much of a GPU's memory is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from thirdshift_agent.collectors.gpu.source import Call, GpuCollector, gauge

_V2 = 2 << 24 | 40
"""Version and size of the answer that keeps what the driver reserves apart from what is used."""


def _part(pick: Callable[[Any], float]) -> tuple[Call, Call]:
    return (
        Call("nvmlDeviceGetMemoryInfo", (_V2,), pick),
        Call("nvmlDeviceGetMemoryInfo", (), pick),
    )


COLLECTOR = GpuCollector(
    "memory",
    (
        gauge("memory_used_bytes", "Memory allocated.", *_part(lambda memory: memory.used)),
        gauge("memory_free_bytes", "Memory that is free.", *_part(lambda memory: memory.free)),
        gauge("memory_total_bytes", "Memory on the card.", *_part(lambda memory: memory.total)),
        gauge(
            "memory_reserved_bytes",
            "Memory that the driver keeps for itself.",
            Call("nvmlDeviceGetMemoryInfo", (_V2,), lambda memory: memory.reserved),
        ),
    ),
)

BAR1 = GpuCollector(
    "bar1",
    (
        gauge(
            "bar1_used_bytes",
            "Memory mapped for access over PCIe.",
            Call("nvmlDeviceGetBAR1MemoryInfo", pick=lambda bar1: bar1.bar1Used),
        ),
        gauge(
            "bar1_total_bytes",
            "Memory that can be mapped for access over PCIe.",
            Call("nvmlDeviceGetBAR1MemoryInfo", pick=lambda bar1: bar1.bar1Total),
        ),
    ),
    is_slow=True,
)
