"""What makes one node's agent different from another's."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from thirdshift_agent.clock import Clock
from thirdshift_agent.collectors.host.collector import Roots


@dataclass(frozen=True, slots=True)
class Settings:
    """Of one agent. Spans are of the wall, instants of the clock."""

    node: str
    state: Path
    clock: Clock
    interval_seconds: float
    gpus_expected: int | None = None
    kernel_log: Path | None = None
    uptime_seconds: Callable[[], float] = time.monotonic
    """Since the node's boot."""
    roots: Roots | None = None
    """Where the rest of the node is read; None for a node that is not there."""
    last_check: Path | None = None
    """Where `check --out` keeps its verdict, for the page."""
    dcgm_names: bool = False
    """Whether the page also says everything in the names of NVIDIA's dcgm-exporter."""

    @property
    def booted_at(self) -> datetime:
        """When the node was booted."""
        return self.clock.now() - timedelta(seconds=self.uptime_seconds() * self.clock.speed)

    @property
    def stale_seconds(self) -> float:
        """The age, in seconds of the wall, at which a sample is no longer the present."""
        return 3 * self.interval_seconds + 5
