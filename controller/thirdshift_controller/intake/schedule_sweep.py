"""Asks the scheduler where all nodes stand, shows it, and keeps what is news as signals.

It changes nothing at the scheduler. What was told is remembered in memory; after a restart the
instant at which a node was taken out tells the store what it has already.
"""

from __future__ import annotations

from datetime import datetime

from thirdshift_agent.clock import Clock
from thirdshift_agent.wire import SignalSource
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.intake.schedule import NodeStanding, Scheduler, SchedulerUnreachable
from thirdshift_controller.intake.schedule_live import ScheduleLive
from thirdshift_controller.intake.schedule_news import KIND, News, Told, news, said
from thirdshift_controller.store import signals
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import SignalRow


class ScheduleSweep:
    """One question a run. One thread runs it."""

    def __init__(
        self, store: Store, site: Site, scheduler: Scheduler, live: ScheduleLive, clock: Clock
    ) -> None:
        self._store, self._scheduler = store, scheduler
        self._live, self._clock = live, clock
        self._nodes = tuple(site.nodes())
        self._told: Told = frozenset()

    def run(self) -> None:
        """Ask once. While the scheduler does not answer, nothing is news."""
        try:
            standings = self._scheduler.standings(self._nodes)
        except SchedulerUnreachable as error:
            self._live.miss(str(error))
            return
        now = self._clock.now()
        fresh, told = news(standings, self._told)
        if fresh:
            rows = [_signal(one, standings[one.node], now) for one in fresh]
            with self._store.write() as session:
                signals.keep(session, rows)
        self._told = told
        self._live.show(standings, now)


def _signal(one: News, found: NodeStanding, now: datetime) -> SignalRow:
    return SignalRow(
        origin=f"{KIND}:{one.node}:{one.code}:{(found.since_at or now).isoformat()}",
        node=one.node,
        at=now,
        received_at=now,
        kind=KIND,
        code=one.code,
        source=SignalSource.SCHEDULER,
        message=said(one.code, found),
        facts={"reason": found.reason or "", "by": found.by or ""},
    )
