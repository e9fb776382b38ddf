"""What Prometheus reads of our own prices: the last closed month's, named as OpenCost does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from fakes.priced_month import figures
from fakes.scrape import Page, registry
from fakes.toronto import site
from fakes.world import World
from thirdshift_controller.metrics.prices import LastPrices, Prices
from thirdshift_controller.reports.exports.priced import PricedMonth

PRICED = PricedMonth.of(figures())
Samples = dict[tuple[str, ...], float]


def samples(last: LastPrices, name: str, *labels: str) -> Samples:
    """Values by these labels."""
    found = CollectorRegistry()
    found.register(Prices(site(), last))
    return {
        tuple(sample.labels[label] for label in labels): sample.value
        for family in text_string_to_metric_families(generate_latest(found).decode())
        for sample in family.samples
        if sample.name == name
    }


def test_each_level_has_its_price_and_currency() -> None:
    found = samples(lambda: PRICED, "thirdshift_gpu_hour_cost", "level", "currency")
    assert found == {
        ("installed", "USD"): pytest.approx(2.116346, abs=1e-6),
        ("available", "USD"): pytest.approx(2.183490, abs=1e-6),
        ("allocated", "USD"): pytest.approx(2.374630, abs=1e-6),
        ("utilised", "USD"): pytest.approx(2.793683, abs=1e-6),
    }


def test_each_node_costs_what_its_gpus_do() -> None:
    gpu = samples(lambda: PRICED, "node_gpu_hourly_cost", "node")
    whole = samples(lambda: PRICED, "node_total_hourly_cost", "node")
    assert len(gpu) == len(whole) == 128
    assert whole["gpu-001",] == pytest.approx(8 * gpu["gpu-001",])


def test_a_node_has_the_labels_that_opencost_asks_for() -> None:
    labels = ("node", "instance", "instance_type", "provider_id", "region", "gpu_model")
    found = samples(lambda: PRICED, "node_gpu_hourly_cost", *labels)
    assert ("gpu-001", "gpu-001", "hgx-h100-8", "gpu-001", "toronto-1", "H100") in found


def test_before_a_month_is_closed_there_are_no_prices() -> None:
    assert samples(lambda: None, "thirdshift_gpu_hour_cost") == {}
    assert samples(lambda: None, "node_gpu_hourly_cost") == {}


def test_a_level_without_hours_has_no_sample_and_not_zero() -> None:
    unread = replace(PRICED, levels=replace(PRICED.levels, allocated=None, available=None))
    found = samples(lambda: unread, "thirdshift_gpu_hour_cost", "level")
    assert found.keys() == {("installed",), ("utilised",)}
    assert samples(lambda: unread, "node_gpu_hourly_cost") == {}


def test_a_month_that_is_closed_later_is_the_one_that_is_read() -> None:
    last: list[PricedMonth] = []
    found = CollectorRegistry()
    found.register(Prices(site(), lambda: last[-1] if last else None))
    assert b"gpu_hour_cost" not in generate_latest(found)
    last.append(PRICED)
    assert b"gpu_hour_cost" in generate_latest(found)


def test_the_controller_serves_them_beside_its_own(world: World) -> None:
    page = Page(registry(world, prices=lambda: PRICED))
    found = page.value("gpu_hour_cost", level="available", currency="USD")
    assert found == pytest.approx(2.183490, abs=1e-6)
    assert "thirdshift_incidents_reopened_total" in page.text


def test_without_books_nothing_is_served(world: World) -> None:
    assert "gpu_hour_cost" not in Page(registry(world)).text
