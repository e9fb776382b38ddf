"""What one look at the node gave: every GPU with its readings. Kept in memory, never published.

`published.py` makes of it what a controller reads, `page/metrics.py` what Prometheus reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from thirdshift_agent.collectors.row import Labels, Readings
from thirdshift_agent.gpu import GpuProcess
from thirdshift_agent.wire import GpuIdentity, GpuPresence, StandingState


@dataclass(frozen=True, slots=True)
class GpuSample:
    """One GPU at one instant. A lost GPU keeps its identity and its last `seen_at`."""

    identity: GpuIdentity
    presence: GpuPresence
    seen_at: datetime | None
    """When the driver last answered for this GPU."""
    hung_call: str | None = None
    """A driver call that is out; a GPU whose call is not out for long yet is still present."""
    hung_seconds: float | None = None
    readings: Readings = field(default_factory=dict)
    """Empty unless the GPU is present."""
    processes: Sequence[GpuProcess] | None = None
    """None where nobody has asked who uses it, or the driver does not say."""

    def value(self, name: str, labels: Labels = ()) -> float | None:
        """One reading; None where there is none."""
        return self.readings.get((name, labels))


@dataclass(frozen=True, slots=True)
class Sample:
    """The node's GPUs at one instant. `problems` names what cannot be read and why."""

    taken_at: datetime
    driver_version: str | None
    gpus: tuple[GpuSample, ...]
    problems: tuple[str, ...] = ()
    gpus_expected: int | None = None
    """How many there should be, where somebody has said so."""
    took_seconds: float = 0.0
    """How long reading them all took, of the wall."""
    standing: tuple[StandingState, ...] | None = None
    """What was told of the node and still is; None where nobody has looked."""
