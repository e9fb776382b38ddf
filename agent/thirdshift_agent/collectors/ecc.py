"""What a GPU's memory got wrong, and which rows it gave up."""

from __future__ import annotations

from thirdshift_agent.collectors.table import Counter, Gauge

ROWS = (
    Counter(
        "ecc_corrected_errors_total",
        "Memory errors corrected over the card's life.",
        lambda gpu: gpu.ecc_corrected_total,
    ),
    Counter(
        "ecc_uncorrected_errors_total",
        "Memory errors that could not be corrected over the card's life.",
        lambda gpu: gpu.ecc_uncorrected_total,
    ),
    Counter(
        "remapped_rows_correctable_total",
        "Rows remapped because of correctable errors.",
        lambda gpu: gpu.remapped_rows_correctable_total,
    ),
    Counter(
        "remapped_rows_uncorrectable_total",
        "Rows remapped because of uncorrectable errors.",
        lambda gpu: gpu.remapped_rows_uncorrectable_total,
    ),
    Gauge(
        "remap_pending",
        "Whether a row waits for a reset to be remapped.",
        lambda gpu: gpu.remap_pending,
    ),
    Gauge("remap_failed", "Whether a row could not be remapped.", lambda gpu: gpu.remap_failed),
)
