"""What a GPU's memories got wrong: over the card's life, and since the driver was loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from thirdshift_agent.collectors.gpu.source import Call, Field, GpuCollector, GpuRow, gauge
from thirdshift_agent.collectors.row import Labels

_CORRECTED, _UNCORRECTED = 0, 1
_VOLATILE, _AGGREGATE = 0, 1
_SRAM = 7
_LABELS = ("severity", "location")

Pick = Callable[[Any], float]


def _counter(severity: int, span: int) -> Call:
    return Call("nvmlDeviceGetMemoryErrorCounter", (severity, span, _SRAM))


def _status(pick: Pick) -> Call:
    return Call("nvmlDeviceGetSramEccErrorStatus", (), pick)


_LIFE: dict[Labels, tuple[Field | Call, ...]] = {
    ("corrected", "dram"): (Field(22),),
    ("uncorrected", "dram"): (Field(23),),
    ("corrected", "sram"): (
        _status(lambda sram: sram.aggregateCor),
        _counter(_CORRECTED, _AGGREGATE),
    ),
    ("uncorrected", "sram"): (
        _status(lambda sram: sram.aggregateUncParity + sram.aggregateUncSecDed),
        _counter(_UNCORRECTED, _AGGREGATE),
    ),
}
_SINCE_LOADED: dict[Labels, tuple[Field | Call, ...]] = {
    ("corrected", "dram"): (Field(11),),
    ("uncorrected", "dram"): (Field(12),),
    ("corrected", "sram"): (
        _status(lambda sram: sram.volatileCor),
        _counter(_CORRECTED, _VOLATILE),
    ),
    ("uncorrected", "sram"): (
        _status(lambda sram: sram.volatileUncParity + sram.volatileUncSecDed),
        _counter(_UNCORRECTED, _VOLATILE),
    ),
}

COLLECTOR = GpuCollector(
    "ecc",
    (
        GpuRow("ecc_errors_total", "Memory errors over the card's life.", _LABELS, _LIFE),
        GpuRow(
            "ecc_volatile_errors_total",
            "Memory errors since the driver was loaded.",
            _LABELS,
            _SINCE_LOADED,
        ),
        gauge(
            "ecc_sram_threshold_exceeded",
            "Whether on-chip memory failed so often that the maker takes the card back.",
            _status(lambda sram: sram.bThresholdExceeded),
        ),
        gauge("ecc_enabled", "Whether errors are looked for at all.", Field(1)),
    ),
)
