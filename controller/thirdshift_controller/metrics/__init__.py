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
from thirdshift_controller.store.database import Store
from thirdshift_runbooks.catalogue import Catalogue


def registry_of(
    store: Store, site: Site, catalogue: Catalogue, sights: Sights, clock: Clock
) -> CollectorRegistry:
    """A registry with all of them in it."""
    registry = CollectorRegistry()
    registry.register(SiteCollector(store, site, sights, clock))
    registry.register(Past(store, catalogue))
    return registry
