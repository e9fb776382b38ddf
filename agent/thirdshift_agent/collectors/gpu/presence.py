"""Who a GPU is, whether the driver reaches it, and since when it does not."""

from __future__ import annotations

from thirdshift_agent.collectors.row import Readings, Row, Series
from thirdshift_agent.sampling.sample import GpuSample
from thirdshift_agent.wire import GpuPresence

ROWS = (
    Row("info", "Who the GPU is; join it by uuid.", ("serial", "pci_address", "name")),
    Row("present", "Whether the driver answers for the GPU."),
    Row("last_seen_timestamp_seconds", "When the driver last answered for the GPU."),
    Row("call_hung_seconds", "For how long this driver call has not returned.", ("call",)),
)


def readings(gpu: GpuSample) -> Readings:
    """Return what the sample says of the GPU's presence."""
    card, is_present = gpu.identity, gpu.presence is GpuPresence.PRESENT
    found: dict[Series, float] = {
        ("info", (card.serial or "", card.pci_address, card.name)): 1.0,
        ("present", ()): float(is_present),
    }
    if gpu.seen_at is not None:
        found["last_seen_timestamp_seconds", ()] = gpu.seen_at.timestamp()
    if gpu.hung_call is not None and gpu.hung_seconds is not None:
        found["call_hung_seconds", (gpu.hung_call,)] = gpu.hung_seconds
    return found
