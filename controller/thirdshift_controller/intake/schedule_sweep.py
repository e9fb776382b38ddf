"""Asks the scheduler where all nodes stand and who holds them; keeps what is news as signals.

It changes nothing at the scheduler. What was told is remembered in memory; after a restart the
instant at which a node was taken out tells the store what it has already.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from thirdshift_agent.clock import Clock
from thirdshift_agent.wire import SignalSource
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.intake.schedule import (
    AllocatingScheduler,
    NodeStanding,
    SchedulerUnreachable,
    Standing,
)
from thirdshift_controller.intake.schedule_live import ScheduleLive
from thirdshift_controller.intake.schedule_news import KIND, News, Told, news, said
from thirdshift_controller.store import signals
from thirdshift_controller.store.database import Store
from thirdshift_controller.store.tables import SignalRow


class ScheduleSweep:
    """Two questions a run. One thread runs it."""

    def __init__(
        self,
        store: Store,
        site: Site,
        scheduler: AllocatingScheduler,
        live: ScheduleLive,
        clock: Clock,
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
        self._allot(standings)

    def _allot(self, standings: Mapping[str, NodeStanding]) -> None:
        """Ask who holds the nodes that it knows; the standings are good without the answer."""
        known = [one for one in self._nodes if standings[one.name].standing is not Standing.ABSENT]
        try:
            holdings = self._scheduler.holdings(known)
        except SchedulerUnreachable as error:
            self._live.miss_holdings(str(error))
            return
        self._live.allot(holdings, self._clock.now())


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
