"""What a GPU's memory gave up: rows remapped, pages retired, and what is left to replace them."""

from __future__ import annotations

from collections.abc import Mapping

from thirdshift_agent.collectors.gpu.source import (
    Ask,
    Field,
    GpuCollector,
    family,
    gauge,
    several,
)
from thirdshift_agent.collectors.row import Labels

_AVAILABILITY = ("max", "high", "partial", "low", "none")


def _banks(ask: Ask) -> Mapping[Labels, float]:
    histogram = ask("nvmlDeviceGetRowRemapperHistogram")
    if histogram is None:
        return {}
    return {(word,): float(getattr(histogram, word)) for word in _AVAILABILITY}


COLLECTOR = GpuCollector(
    "remap",
    (
        family(
            "remapped_rows_total",
            "Rows remapped, by what their errors were.",
            ("cause",),
            {("correctable",): Field(142), ("uncorrectable",): Field(143)},
        ),
        gauge("remap_pending", "Whether a row waits for a reset to be remapped.", Field(144)),
        gauge("remap_failed", "Whether a row could not be remapped.", Field(145)),
    ),
)

SPARES = GpuCollector(
    "remap_spares",
    (
        several(
            "remap_banks",
            "Banks of memory, by how many spare rows they have left.",
            ("availability",),
            _banks,
        ),
        family(
            "retired_pages_total",
            "Pages retired, on chips that do not remap rows.",
            ("cause",),
            {("single_bit",): Field(29), ("double_bit",): Field(30)},
        ),
        gauge(
            "retired_pages_pending", "Whether a page waits for a reset to be retired.", Field(31)
        ),
    ),
    is_slow=True,
)
