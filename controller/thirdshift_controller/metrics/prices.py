"""What a GPU-hour of our own cost in the last closed month; nodes under the names of OpenCost.

Whoever reads OpenCost's metrics reads these. The price is all-in, so a node costs what its GPUs do,
and there is no price of its CPU or memory besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.metrics.row import PREFIX
from thirdshift_controller.reports.exports.priced import PricedMonth, PriceLevel

LastPrices = Callable[[], PricedMonth | None]
"""The last closed month's; `None` before there is one."""

NODE_LABELS = ("node", "instance", "instance_type", "provider_id", "region", "gpu_model")
LEVEL = PriceLevel.AVAILABLE
"""A node costs this much whether or not a job holds it."""


class Prices(Collector):
    """Asks for the prices at each scrape."""

    def __init__(self, site: Site, last: LastPrices) -> None:
        self._site, self._last = site, last

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand, so that registering asks for no month."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """All of them; without a closed month, none."""
        priced = self._last()
        if priced is not None:
            yield _levels(priced)
            yield from self._nodes(priced)

    def _nodes(self, priced: PricedMonth) -> Iterator[Metric]:
        price = priced.levels.available
        if price is None:
            return
        gpu = GaugeMetricFamily(
            "node_gpu_hourly_cost",
            "Price of an available GPU-hour of the last closed month, as OpenCost has it.",
            labels=NODE_LABELS,
        )
        whole = GaugeMetricFamily(
            "node_total_hourly_cost",
            "Price of all GPUs of a node for an hour, as OpenCost has it.",
            labels=NODE_LABELS,
        )
        for node in self._site.nodes():
            labels = (node.name, node.name, node.model, node.name, priced.site, priced.gpu_model)
            gpu.add_metric(labels, float(price.amount))
            whole.add_metric(labels, float(price.amount * node.gpus))
        yield from (gpu, whole)


def _levels(priced: PricedMonth) -> Metric:
    """A level without hours has no price, and then no sample."""
    metric = GaugeMetricFamily(
        f"{PREFIX}gpu_hour_cost",
        "Economic cost of a GPU-hour in the last closed month, in units of the currency.",
        labels=("level", "currency"),
    )
    for level in PriceLevel:
        price = getattr(priced.levels, level)
        if price is not None:
            metric.add_metric((level, priced.currency), float(price.amount))
    return metric
