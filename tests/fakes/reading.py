"""One read of one GPU, as a controller would see it."""

from __future__ import annotations

from datetime import UTC, datetime

from thirdshift_agent.gpu import Calling, Gpu
from thirdshift_agent.sampling.published import published
from thirdshift_agent.sampling.sample import GpuSample, Sample
from thirdshift_agent.wire import GpuPresence, GpuReading

_AT = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def told_by(gpu: Gpu, calling: Calling = lambda call: None) -> GpuReading:
    """Read the GPU in full. Raises as its `read` does."""
    readings = gpu.read(calling, in_full=True)
    sample = GpuSample(gpu.identity, GpuPresence.PRESENT, _AT, readings=readings)
    return published(Sample(_AT, None, (sample,))).gpus[0]
