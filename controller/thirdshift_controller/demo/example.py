"""A shipped example site whose months are told by a file instead of by agents.

It stands in for the store alone: its books, tariff and prices are read like anybody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from math import cos, pi
from pathlib import Path
from tempfile import TemporaryDirectory

from thirdshift_controller.config import load_site, read_toml
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.month.inputs import Recorded
from thirdshift_controller.costs.usage.records import DowntimeSpan
from thirdshift_controller.costs.usage.totals import MonthUsage, NodeUse, SiteHour, TeamUse, Use
from thirdshift_controller.demo.activity import ActivityFile, MonthTable
from thirdshift_controller.errors import NotFoundError
from thirdshift_controller.fleet.inventory import Node, Site
from thirdshift_controller.reports.closed import ClosedMonths
from thirdshift_controller.reports.opening import open_accounts
from thirdshift_controller.reports.service import MonthReports

HOUR = timedelta(hours=1)
FINAL = timedelta(days=10)
"""After its end a month is closed."""
CHECKOUT = Path(__file__).parents[3] / "deploy" / "examples"
STRIDE = 37
"""From the node of one repair to that of the next; with any even number of nodes it meets all."""
COOLEST_HOUR = 4
"""Of the site's day, when the daily swing is lowest."""


@dataclass(frozen=True, slots=True)
class Example:
    """The months of one example site."""

    site: Site
    activity: ActivityFile

    @classmethod
    def load(cls, folder: Path, site: Site) -> Example:
        """Read `activity.toml` of an example. Raises `ConfigError`."""
        return cls(site, read_toml(folder / "activity.toml", ActivityFile))

    @property
    def months(self) -> tuple[str, ...]:
        """Those it tells of, oldest first."""
        return tuple(sorted(one.month for one in self.activity.months))

    def spans(self, month: Month) -> tuple[DowntimeSpan, ...]:
        """Repairs, each on a node of its own, that together take what was not available."""
        told = self._told(month)
        lost = (1 - told.available_ratio) * self._node_hours(month)
        repairs = [name for name, times in told.faults.items() for _ in range(times)]
        each = timedelta(hours=lost / len(repairs))
        free = month.to_at - month.from_at - each
        nodes = list(self.site.nodes())
        spans: list[DowntimeSpan] = []
        for number, runbook in enumerate(repairs):
            node = nodes[number * STRIDE % len(nodes)]
            from_at = month.from_at + free * number / len(repairs)
            spans += self._repair(f"INC-{number + 1}", node, runbook, from_at, each)
        return tuple(spans)

    def recorded(self, month: Month, now: datetime) -> Recorded:
        """What a controller's store would have of a month that is over."""
        return Recorded(month, now, self.usage(month), self.spans(month))

    def usage(self, month: Month) -> MonthUsage:
        """What the store would have added up."""
        told = self._told(month)
        lost: dict[str, float] = {}
        for span in self.spans(month):
            lost[span.node] = lost.get(span.node, 0.0) + (span.to_at - span.from_at) / HOUR
        nodes = tuple(
            NodeUse(node.name, self._use(node, month, told, lost.get(node.name, 0.0)))
            for node in sorted(self.site.nodes(), key=lambda node: node.name)
        )
        return MonthUsage(nodes, tuple(self._hours(month, told)), tuple(self._teams(nodes)))

    def _told(self, month: Month) -> MonthTable:
        for one in self.activity.months:
            if one.month == str(month):
                return one
        told = self.months
        raise NotFoundError(f"the example tells of {told[0]} to {told[-1]}, not of {month}")

    def _node_hours(self, month: Month) -> float:
        return len(self.site.by_name) * month.seconds / 3600

    def _repair(
        self, name: str, node: Node, runbook: str, from_at: datetime, lasts: timedelta
    ) -> Iterator[DowntimeSpan]:
        for phase, share in self.activity.phases.items():
            to_at = from_at + lasts * share
            yield DowntimeSpan(name, node.name, runbook, node.gpus, phase, from_at, to_at)
            from_at = to_at

    def _watts(self, told: MonthTable) -> float:
        """Of one node, on average."""
        busy, idle = self.activity.busy_watts, self.activity.idle_watts
        return busy * told.duty_ratio + idle * (1 - told.duty_ratio)

    def _use(self, node: Node, month: Month, told: MonthTable, lost_hours: float) -> Use:
        hours = month.seconds / 3600
        available = node.gpus * (hours - lost_hours)
        allocated = available * told.allocated_ratio
        kwh = self._watts(told) * hours / 1000
        metered = self.activity.metered_ratio
        return Use(
            installed=node.gpus * hours,
            available=available,
            scheduled=node.gpus * hours,
            allocated=allocated,
            utilised=allocated * told.utilised_ratio,
            gpu_kwh=0.0,
            gpu_modelled_kwh=0.0,
            wall_kwh=kwh * metered,
            wall_modelled_kwh=kwh * (1 - metered),
        )

    def _hours(self, month: Month, told: MonthTable) -> Iterator[SiteHour]:
        mean = self._watts(told) * len(self.site.by_name) / 1000
        metered = self.activity.metered_ratio
        for number in range(round(month.seconds / 3600)):
            hour_at = month.from_at + number * HOUR
            turn = 2 * pi * ((number - COOLEST_HOUR) % 24) / 24
            kwh = mean * (1 - self.activity.daily_swing_ratio * cos(turn))
            yield SiteHour(hour_at, 3600.0, kwh * metered, kwh * (1 - metered))

    def _teams(self, nodes: tuple[NodeUse, ...]) -> Iterator[TeamUse]:
        uses = [one.use for one in nodes]
        for team, share in sorted(self.activity.teams.items()):
            yield TeamUse(
                team=team,
                allocated=share * sum(use.allocated for use in uses),
                utilised=share * sum(use.utilised for use in uses),
                wall_kwh=share * sum(use.wall_kwh + use.wall_modelled_kwh for use in uses),
            )


def open_example(name: str, month: str, closing: ExitStack) -> tuple[MonthReports, datetime]:
    """The reports of a shipped example on a month's final day: that month and all before closed.

    Raises `NotFoundError` for another name or month.
    """
    folder = _folder(name)
    site, roster = load_site(folder / "site.toml")
    example = Example.load(folder, site)
    shelf = Path(closing.enter_context(TemporaryDirectory(prefix="thirdshift-example-")))
    accounts = open_accounts(folder / "costs.toml", site, roster)
    reports = MonthReports(accounts, example.recorded, ClosedMonths(shelf), Path.cwd() / name)
    asked = reports.month(month)
    for earlier in example.months:
        if earlier <= str(asked):
            told = reports.month(earlier)
            reports.close(told, told.to_at + FINAL)
    return reports, asked.to_at + FINAL


def _folder(name: str) -> Path:
    """In the wheel the examples lie inside the package, in a checkout beside the rooms."""
    shelves = (Path(str(files("thirdshift_controller") / "examples")), CHECKOUT)
    for shelf in shelves:
        if (shelf / name / "activity.toml").is_file():
            return shelf / name
    known = sorted(one.name for shelf in shelves if shelf.is_dir() for one in shelf.iterdir())
    raise NotFoundError(f"there is no example {name!r}; there is {', '.join(known)}")
