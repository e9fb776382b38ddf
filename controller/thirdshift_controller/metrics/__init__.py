"""The controller's own metrics: what is open, what holds it up, how fresh the picture is.

The database is asked at each scrape, so a restart loses nothing. `docs/metrics-controller.md` is
made of these tables; what jobs cost is counted in `jobs.py`.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from thirdshift_agent.clock import Clock
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.intake.sights import Sights
from thirdshift_controller.metrics.collector import SiteCollector
from thirdshift_controller.metrics.past import Past
from thirdshift_controller.metrics.prices import LastPrices, Prices
from thirdshift_controller.store.database import Store
from thirdshift_runbooks.catalogue import Catalogue


def registry_of(
    store: Store,
    site: Site,
    catalogue: Catalogue,
    sights: Sights,
    clock: Clock,
    prices: LastPrices | None = None,
) -> CollectorRegistry:
    """A registry with all of them in it; without books there are no prices."""
    registry = CollectorRegistry()
    registry.register(SiteCollector(store, site, sights, clock))
    registry.register(Past(store, catalogue))
    if prices is not None:
        registry.register(Prices(site, prices))
    return registry
