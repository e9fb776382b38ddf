"""What a metric of the controller is: a row that says how it is read at a scrape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlmodel import Session

from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.intake.sights import Sights

PREFIX = "thirdshift_"

Samples = Mapping[tuple[str, ...], float]
"""Values by their label values, in the order of the row's labels."""


@dataclass(frozen=True, slots=True)
class Scrape:
    """Where the rows read from, at one instant."""

    session: Session
    site: Site
    sights: Sights
    now: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One metric."""

    name: str
    """Without prefix; the base unit at its end, and `_total` where it only grows."""
    help: str
    labels: tuple[str, ...]
    read: Callable[[Scrape], Samples]

    @property
    def is_counter(self) -> bool:
        """Whether it only grows."""
        return self.name.endswith("_total")

    def metric(self, scrape: Scrape) -> Metric:
        """Its samples now."""
        family = CounterMetricFamily if self.is_counter else GaugeMetricFamily
        metric = family(PREFIX + self.name, self.help, labels=self.labels)
        for labels, value in self.read(scrape).items():
            metric.add_metric(labels, value)
        return metric
