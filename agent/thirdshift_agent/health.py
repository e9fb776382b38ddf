"""Why what an agent serves cannot be relied on. A broken GPU is not an unhealthy agent."""

from __future__ import annotations

from collections.abc import Iterator

from thirdshift_agent.sampling.maintenance import Maintenance
from thirdshift_agent.sampling.sample import Sample
from thirdshift_agent.settings import Settings
from thirdshift_agent.wire import GpuPresence


def failings(
    sample: Sample | None, maintenance: Maintenance, settings: Settings
) -> tuple[str, ...]:
    """Return the reasons, one sentence each; none while the driver is released on purpose."""
    if maintenance.released():
        return ()
    if sample is None:
        return ("nothing has been read from the driver since the agent started",)
    return (*_staleness(sample, maintenance, settings), *_blindness(sample))


def _staleness(sample: Sample, maintenance: Maintenance, settings: Settings) -> Iterator[str]:
    clock = settings.clock
    since = max(sample.taken_at, maintenance.ended_at() or sample.taken_at)
    age_seconds = (clock.now() - since).total_seconds() / clock.speed
    if age_seconds >= settings.stale_seconds:
        yield f"the last sample is {age_seconds:.0f} s old: the sampler does not come through"


def _blindness(sample: Sample) -> tuple[str, ...]:
    answers = any(gpu.presence is GpuPresence.PRESENT for gpu in sample.gpus)
    return () if answers else sample.problems
