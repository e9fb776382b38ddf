"""How big the simulated site is and how fast its clock runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

MONDAY_MORNING_IN_TORONTO = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """The defaults are the published picture: 240 nodes of 8 GPUs see about one incident a day."""

    rows: int = 5
    racks_per_row: int = 12
    nodes_per_rack: int = 4
    gpus_per_node: int = 8
    incidents_per_day: float = 1.0
    speed: float = 720.0
    """Two minutes of the wall are a day of the site."""
    origin: datetime = MONDAY_MORNING_IN_TORONTO
    agent_processes: int = 2
    seed: int = 20261102
    poll_seconds: float = 1.0
    """Of the wall."""

    @property
    def nodes(self) -> int:
        """Nodes of the site."""
        return self.rows * self.racks_per_row * self.nodes_per_rack

    @property
    def gpus(self) -> int:
        """GPUs of the site."""
        return self.nodes * self.gpus_per_node
