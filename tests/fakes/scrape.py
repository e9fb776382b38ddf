"""What Prometheus reads of a world: the page parsed back by Prometheus' own client."""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from fakes.world import World
from thirdshift_controller.intake.sights import Sights
from thirdshift_controller.metrics import registry_of
from thirdshift_controller.metrics.prices import LastPrices


def registry(
    world: World, sights: Sights | None = None, prices: LastPrices | None = None
) -> CollectorRegistry:
    seen = sights or Sights(world.live)
    return registry_of(world.store, world.site, world.catalogue, seen, world.clock, prices)


@dataclass(frozen=True)
class Page:
    registry: CollectorRegistry

    @property
    def text(self) -> str:
        return generate_latest(self.registry).decode()

    def value(self, name: str, **labels: str) -> float | None:
        found = [
            sample.value
            for family in text_string_to_metric_families(self.text)
            for sample in family.samples
            if (sample.name, sample.labels) == (f"thirdshift_{name}", labels)
        ]
        assert len(found) <= 1
        return found[0] if found else None
