"""Reads every row at each scrape."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from thirdshift_agent.clock import Clock
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.intake.sights import Sights
from thirdshift_controller.metrics import ages, standing
from thirdshift_controller.metrics.row import Scrape
from thirdshift_controller.store.database import Store

ROWS = (*standing.ROWS, *ages.ROWS)


class SiteCollector(Collector):
    """What is so at the instant of the scrape."""

    def __init__(self, store: Store, site: Site, sights: Sights, clock: Clock) -> None:
        self._store, self._site, self._sights, self._clock = store, site, sights, clock

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand, so that registering asks the database for nothing."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Every row's metric."""
        with self._store.read() as session:
            scrape = Scrape(session, self._site, self._sights, self._clock.now())
            yield from [row.metric(scrape) for row in ROWS]
