"""The controller's own metrics: what is open, and how fresh its picture of the site is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from thirdshift_agent.clock import Clock
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.intake.live import Live
from thirdshift_controller.store import incidents, work_orders
from thirdshift_controller.store.database import Store


class SiteCollector(Collector):
    """Counts what is open at each scrape."""

    def __init__(self, store: Store, site: Site, live: Live, clock: Clock) -> None:
        self._store, self._site, self._live, self._clock = store, site, live, clock

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand, so that registering asks the database for nothing."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The gauges."""
        with self._store.read() as session:
            opened = [(row.state.value, row.severity) for row in incidents.still_open(session)]
            orders = [row.state.value for row in work_orders.still_open(session)]
        by_state = GaugeMetricFamily(
            "thirdshift_incidents_open", "Incidents not closed.", labels=["state", "severity"]
        )
        for labels, count in sorted(Counter(opened).items()):
            by_state.add_metric(list(labels), count)
        yield by_state
        waiting = GaugeMetricFamily(
            "thirdshift_work_orders_open", "Work orders not done.", labels=["state"]
        )
        for state, count in sorted(Counter(orders).items()):
            waiting.add_metric([state], count)
        yield waiting
        yield self._age()

    def _age(self) -> Metric:
        age = GaugeMetricFamily(
            "thirdshift_node_snapshot_age_seconds",
            "Age of the newest snapshot we hold of a node.",
            labels=["node"],
        )
        now = self._clock.now()
        for node in self._site.nodes():
            snapshot = self._live.snapshot(node.name)
            if snapshot is not None:
                age.add_metric([node.name], (now - snapshot.taken_at).total_seconds())
        return age


def registry_of(store: Store, site: Site, live: Live, clock: Clock) -> CollectorRegistry:
    """A registry with the site's gauges in it."""
    registry = CollectorRegistry()
    registry.register(SiteCollector(store, site, live, clock))
    return registry
