"""A month's use, added up by the database: by node, by hour and by team, never row by row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import fsum


@dataclass(frozen=True, slots=True)
class Use:
    """GPU-hours at each level and kWh, of a node, a rack, a model or the site."""

    installed: float
    available: float
    """Answered, and not held by a repair."""
    scheduled: float
    """Installed hours in which a scheduler was read: what `allocated` is a part of."""
    allocated: float
    utilised: float
    """Available time by the share of it in which the driver saw a kernel run."""
    gpu_kwh: float
    """By the GPUs' own counters."""
    gpu_modelled_kwh: float
    wall_kwh: float
    """By the BMC of the node."""
    wall_modelled_kwh: float

    @property
    def lost(self) -> float:
        """Installed and not available."""
        return self.installed - self.available

    @property
    def allocated_hours(self) -> float | None:
        """Held by jobs; `None` where no scheduler was read for at least half of the time."""
        return self.allocated if self.scheduled > 0.5 * self.installed else None

    @property
    def used_ratio(self) -> float | None:
        """Of the available hours those held by jobs, or at work where no scheduler is read."""
        held = self.allocated_hours
        used = self.utilised if held is None else held
        return used / self.available if self.available else None


def together(uses: Iterable[Use]) -> Use:
    """The sum; of none, zero. The order of the parts does not change it."""
    parts = list(uses)
    return Use(*(fsum(getattr(part, name) for part in parts) for name in Use.__slots__))


@dataclass(frozen=True, slots=True)
class NodeUse:
    """A node in a month."""

    node: str
    use: Use


@dataclass(frozen=True, slots=True)
class SiteHour:
    """The whole site in one hour of the clock: what tariffs price."""

    hour_at: datetime
    watched_seconds: float
    """As far as the node that was watched longest in it."""
    wall_kwh: float
    wall_modelled_kwh: float
    filled_seconds: float = 0.0
    """Wall time that nobody watched and that the average of the watched stands in for."""

    @property
    def kwh(self) -> float:
        """All that the nodes drew, metered and modelled."""
        return self.wall_kwh + self.wall_modelled_kwh


@dataclass(frozen=True, slots=True)
class TeamUse:
    """A team in a month, in GPU-hours and kWh."""

    team: str
    allocated: float
    utilised: float
    wall_kwh: float


@dataclass(frozen=True, slots=True)
class MonthUsage:
    """Everything that was used, in stable order."""

    nodes: tuple[NodeUse, ...]
    """By name."""
    hours: tuple[SiteHour, ...]
    """Oldest first."""
    teams: tuple[TeamUse, ...]
    """By name."""
