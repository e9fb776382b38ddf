"""Who a GPU is, whether the driver reaches it, and since when it does not."""

from __future__ import annotations

from collections.abc import Iterable

from thirdshift_agent.collectors.table import Gauge, Labelled
from thirdshift_agent.wire import GpuPresence, GpuReading


def _info(gpu: GpuReading) -> Iterable[tuple[tuple[str, ...], float]]:
    card = gpu.identity
    yield (card.serial or "", card.pci_address, card.name), 1.0


def _hung(gpu: GpuReading) -> Iterable[tuple[tuple[str, ...], float]]:
    if gpu.hung_call is not None and gpu.hung_seconds is not None:
        yield (gpu.hung_call,), gpu.hung_seconds


ROWS = (
    Labelled("info", "Who the GPU is; join it by uuid.", ("serial", "pci_address", "name"), _info),
    Gauge(
        "present",
        "Whether the driver answers for the GPU.",
        lambda gpu: gpu.presence is GpuPresence.PRESENT,
    ),
    Gauge(
        "last_seen_timestamp_seconds",
        "When the driver last answered for the GPU.",
        lambda gpu: gpu.seen_at.timestamp() if gpu.seen_at else None,
    ),
    Labelled(
        "call_hung_seconds",
        "For how long this driver call has not returned.",
        ("call",),
        _hung,
    ),
)
