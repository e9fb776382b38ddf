"""What was used, as the store keeps it and the month's report reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NodeHour:
    """One node in one hour of the clock (or a part of it that is still to be added)."""

    node: str
    hour_at: datetime
    """Start of the hour, UTC."""
    installed_gpu_seconds: float
    available_gpu_seconds: float
    utilised_gpu_seconds: float
    energy_joules: float
    """Metered by the GPUs' own energy counters."""
    energy_modelled_joules: float
    """Filled in from the last known power where no counter could be read."""


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
