"""A month's hours added up: GPU-hours, energy, and how much of the month they cover at all.

An hour of the clock belongs to the month that it begins in. Sums do not depend on the order of
the rows, so that the same rows always give the same report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import fsum

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.usage.records import NodeHour
from thirdshift_controller.costs.usage.spans import HOUR
from thirdshift_controller.fleet.inventory import Site

JOULES_PER_KWH = 3_600_000.0


@dataclass(frozen=True, slots=True)
class GpuHours:
    """GPU-hours at each level. Nothing counted is zero hours, and then no ratio can be said."""

    installed: float
    available: float
    """Answered, and not held by a repair."""
    utilised: float
    """Available time by the share of it in which the driver saw a kernel run."""

    @property
    def lost(self) -> float:
        """Installed and not available."""
        return self.installed - self.available

    @property
    def available_ratio(self) -> float | None:
        """Available to installed."""
        return self.available / self.installed if self.installed else None

    @property
    def utilised_ratio(self) -> float | None:
        """Utilised to available."""
        return self.utilised / self.available if self.available else None


@dataclass(frozen=True, slots=True)
class Energy:
    """What the GPUs drew; hosts, fans and switches are not in it."""

    metered_kwh: float
    modelled_kwh: float

    @property
    def modelled_ratio(self) -> float | None:
        """Modelled to all."""
        whole = self.metered_kwh + self.modelled_kwh
        return self.modelled_kwh / whole if whole else None


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a month that the hours cover, from the first to the last of them."""

    month: Month
    from_at: datetime
    to_at: datetime
    covered_seconds: float
    """Of the time between the two, that of which there are records."""

    @property
    def covered_ratio(self) -> float:
        """Covered to the whole month: what of a monthly bill belongs to these hours."""
        return self.covered_seconds / self.month.seconds

    @property
    def gap_seconds(self) -> float:
        """Time between first and last of which there is no record."""
        return max((self.to_at - self.from_at).total_seconds() - self.covered_seconds, 0.0)

    @property
    def last_day(self) -> date:
        """The last day that it touches, at the site."""
        return (self.to_at - timedelta(microseconds=1)).astimezone(self.month.timezone).date()


def inside(month: Month, usage: Sequence[NodeHour]) -> list[NodeHour]:
    """The hours that begin in the month."""
    from_at, to_at = month.from_at, month.to_at
    return [hour for hour in usage if from_at <= hour.hour_at < to_at]


def gpu_hours(usage: Sequence[NodeHour]) -> GpuHours:
    """Add up GPU-hours."""
    return GpuHours(
        installed=fsum(hour.installed_gpu_seconds for hour in usage) / 3600,
        available=fsum(hour.available_gpu_seconds for hour in usage) / 3600,
        utilised=fsum(hour.utilised_gpu_seconds for hour in usage) / 3600,
    )


def energy(usage: Sequence[NodeHour]) -> Energy:
    """Add up energy."""
    return Energy(
        metered_kwh=fsum(hour.energy_joules for hour in usage) / JOULES_PER_KWH,
        modelled_kwh=fsum(hour.energy_modelled_joules for hour in usage) / JOULES_PER_KWH,
    )


def window(month: Month, usage: Sequence[NodeHour], site: Site) -> Window | None:
    """What the hours cover; `None` where there is none.

    An hour is covered as far as the node that was watched longest in it.
    """
    covered: dict[datetime, float] = {}
    for hour in usage:
        node = site.by_name.get(hour.node)
        if node is not None and hour.installed_gpu_seconds > 0:
            seconds = min(hour.installed_gpu_seconds / node.gpus, HOUR.total_seconds())
            covered[hour.hour_at] = max(covered.get(hour.hour_at, 0.0), seconds)
    if not covered:
        return None
    first, last = min(covered), max(covered)
    end_at = last + timedelta(seconds=covered[last])
    begin_at = first if first == last else first + HOUR - timedelta(seconds=covered[first])
    return Window(month, begin_at, end_at, fsum(covered.values()))
