"""The demo's last arrow: every figure of its month, traced to the rows that it is made of."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta

from thirdshift_controller.bootstrap import lay_foundation
from thirdshift_controller.config import load_controller
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.demo.errors import DemoError
from thirdshift_controller.demo.site import DemoSite
from thirdshift_controller.reports.data.explain import explain
from thirdshift_controller.reports.data.text_table import UNTIED

TOPICS = ("total", "installed", "available", "allocated", "utilised", "lost", "cloud")
TOLD_EVERY = timedelta(hours=12)
LOOK_SECONDS = 0.5


def wait_for(site: DemoSite, days: float, tell: Callable[[str], None]) -> None:
    """Let the room run until so many days of its clock have passed. Raises `DemoError`."""
    until_at = site.plan.origin + timedelta(days=days)
    told_at = site.clock.now()
    while (now := site.clock.now()) < until_at:
        if now - told_at >= TOLD_EVERY:
            tell(f"the room runs      {now:%A %H:%M} UTC of {until_at:%A %H:%M}")
            told_at = now
        site.check()
        time.sleep(LOOK_SECONDS)


def trace(site: DemoSite, tell: Callable[[str], None]) -> None:
    """Take every figure apart. Raises `DemoError` where one is not the sum of its rows."""
    figures = _figures(site)
    words = [*(line.line.value for line in figures.lines), *TOPICS]
    untied = [word for word in words if UNTIED in explain(figures, word)]
    if untied:
        raise DemoError(f"not the sum of their rows: {', '.join(untied)}")
    tell(f"traced             {len(words)} figures to their rows, and every one ties; to see one:")
    command = "thirdshift-controller report explain electricity"
    tell(f"                   {command} --config {site.files.config} --month {figures.month}")


def _figures(site: DemoSite) -> MonthFigures:
    now = site.clock.now()
    with ExitStack() as closing:
        config = load_controller(site.files.config, {})
        reports = lay_foundation(config, site.clock, closing).reports
        return reports.figures(Month.of(now, reports.accounts.site.timezone), now)
