"""What a node's GPUs drew since each was last read. Pure.

It is the difference of a GPU's own counter, so it is right however long nobody looked, and it is
spread evenly over the time since that GPU was last read. Where there is no pair of counter readings
to subtract (no counter, a counter that went back, a card just lost) the last known power stands in
and is booked as modelled. A silent GPU is booked when it is heard again, into the hours in which
it was silent, so a closed hour may still gain energy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from thirdshift_agent.wire import GpuReading
from thirdshift_controller.costs.usage.meter import GpuMeter, Poll


@dataclass(frozen=True, slots=True)
class Drawn:
    """Energy of the GPUs that were read at the same two instants."""

    from_at: datetime
    to_at: datetime
    joules: float
    modelled_joules: float

    @property
    def watts(self) -> float:
        """Mean power, metered and modelled."""
        seconds = (self.to_at - self.from_at).total_seconds()
        return (self.joules + self.modelled_joules) / seconds


def drawn(before: Mapping[str, GpuMeter], poll: Poll) -> Iterator[Drawn]:
    """By the instant of the earlier reading; a card that was not there then starts anew."""
    together: dict[datetime, list[tuple[GpuMeter, GpuReading]]] = defaultdict(list)
    for gpu in poll.gpus:
        if (was := before.get(gpu.identity.uuid)) is not None:
            together[was.read_at].append((was, gpu))
    for read_at, pairs in together.items():
        metered = sum(_metered(*pair) or 0.0 for pair in pairs)
        modelled = sum(_modelled(was, poll.at) for was, gpu in pairs if _metered(was, gpu) is None)
        yield Drawn(read_at, poll.at, metered, modelled)


def _metered(before: GpuMeter, gpu: GpuReading) -> float | None:
    """Joules between two readings of one counter; `None` where there are no two to subtract."""
    was, now = before.energy_joules_total, gpu.energy_joules_total
    return now - was if was is not None and now is not None and now >= was else None


def _modelled(before: GpuMeter, now: datetime) -> float:
    """Joules by the last known power; unknown power books nothing."""
    return max(before.power_watts or 0.0, 0.0) * (now - before.read_at).total_seconds()
