"""What was used, as the store keeps it and the month's report reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

JOULES_PER_KWH = 3_600_000.0

Holdings = Mapping[str, float]
"""GPUs of one node by the team whose jobs hold them; a part of a GPU is a fraction."""


@dataclass(frozen=True, slots=True)
class NodeHour:
    """One node in one hour of the clock (or a part of it that is still to be added)."""

    node: str
    hour_at: datetime
    """Start of the hour, UTC."""
    installed_gpu_seconds: float = 0.0
    available_gpu_seconds: float = 0.0
    utilised_gpu_seconds: float = 0.0
    energy_joules: float = 0.0
    """Metered by the GPUs' own energy counters."""
    energy_modelled_joules: float = 0.0
    """Filled in from the last known power where no counter could be read."""
    watched_seconds: float = 0.0
    """Wall time that these figures cover: a full hour is 3,600."""
    scheduled_gpu_seconds: float = 0.0
    """Installed time in which a scheduler was read; without it nothing is known of allocation."""
    allocated_gpu_seconds: float = 0.0
    """Held by a job, of the available."""
    wall_joules: float = 0.0
    """What the whole node drew, by its BMC's power reading."""
    wall_modelled_joules: float = 0.0
    """Filled in where no BMC was read: the GPUs' energy and an assumed power of the host."""


@dataclass(frozen=True, slots=True)
class TeamHour:
    """What one team held in one hour, on all nodes together."""

    team: str
    """Slurm's account, Kubernetes' namespace."""
    hour_at: datetime
    allocated_gpu_seconds: float
    utilised_gpu_seconds: float
    """Its part of each node's utilised time, by the GPUs that it held there."""
    wall_joules: float
    """Its part of each node's energy, metered and modelled, by the GPUs that it held there."""


@dataclass(frozen=True, slots=True)
class DowntimeSpan:
    """GPUs out of work for one reason in one stretch of time."""

    incident: str
    node: str
    runbook: str
    gpus: int
    phase: str
    """detect, remote, people, hands or verify."""
    from_at: datetime
    to_at: datetime
