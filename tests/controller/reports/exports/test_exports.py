"""Our price of a GPU-hour in the files of other tools: their columns, our figure, nothing twice."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal

import pytest
import yaml

from fakes.priced_month import figures
from fakes.toronto import site
from thirdshift_controller.errors import ConflictError
from thirdshift_controller.reports.exports.opencost import GpuLabel, opencost_csv, opencost_json
from thirdshift_controller.reports.exports.priced import PricedMonth, PriceLevel, price_text
from thirdshift_controller.reports.exports.skypilot import kubernetes_yaml, slurm_csv

AVAILABLE = "2.183490"
"""What an available GPU-hour of the month costs."""


@pytest.fixture
def priced() -> PricedMonth:
    return PricedMonth.of(figures())


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def opencost_hourly(text: str, gpus: int, labelled: bool) -> Decimal:
    """What OpenCost takes a node to cost: its row, and the row of its GPUs for each of them."""
    table = rows(text)
    node = next(row for row in table if row["AssetClass"] == "node")
    gpu = [row for row in table if row["AssetClass"] == "gpu" and labelled]
    each = Decimal(gpu[0]["MarketPriceHourly"]) if gpu else Decimal(0)
    return Decimal(node["MarketPriceHourly"]) + gpus * each


def test_the_price_is_that_of_the_month(priced: PricedMonth) -> None:
    price = figures().levels.available
    assert price is not None
    assert price_text(price.amount) == AVAILABLE
    assert priced.price(PriceLevel.AVAILABLE) == price


def test_opencost_takes_the_gpu_for_all_there_is_to_pay(priced: PricedMonth) -> None:
    prices = json.loads(opencost_json(priced))
    assert prices.pop("GPU") == AVAILABLE
    told = {prices.pop("provider"), prices.pop("description")}
    assert told == {"custom", "toronto-1 in 2026-11: all-in, per available GPU-hour"}
    assert set(prices.values()) == {"0.0"}
    assert prices.keys() >= {"CPU", "RAM", "storage", "internetNetworkEgress", "LBIngressDataCost"}


def test_opencost_reads_a_row_for_each_node(priced: PricedMonth) -> None:
    text = opencost_csv(priced, site().nodes())
    assert text.startswith(
        "EndTimestamp,InstanceID,Region,AssetClass,InstanceIDField,InstanceType,"
        "MarketPriceHourly,Version\n"
    )
    table = rows(text)
    assert len(table) == 128
    assert table[0] == {
        "EndTimestamp": "2026-12-01 05:00:00 UTC",
        "InstanceID": "gpu-001",
        "Region": "",
        "AssetClass": "node",
        "InstanceIDField": "metadata.name",
        "InstanceType": "",
        "MarketPriceHourly": "17.467924",
        "Version": "v1",
    }


def test_with_a_label_the_gpu_is_paid_and_not_paid_twice(priced: PricedMonth) -> None:
    label = GpuLabel("nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3")
    plain = opencost_csv(priced, site().nodes())
    labelled = opencost_csv(priced, site().nodes(), label=label)
    gpu = rows(labelled)[-1]
    assert (gpu["AssetClass"], gpu["InstanceIDField"], gpu["InstanceID"]) == ("gpu", *label)
    costs = opencost_hourly(plain, 8, False), opencost_hourly(labelled, 8, True)
    assert abs(costs[0] - costs[1]) < Decimal("0.00001")


def test_skypilot_finds_the_gpu_before_the_row_for_all(priced: PricedMonth) -> None:
    everything, ours = rows(slurm_csv(priced))
    assert set(everything.values()) == {"", "0.0"}
    assert (ours["AcceleratorName"], ours["PricePerAccelerator"]) == ("H100", AVAILABLE)
    assert rows(slurm_csv(priced, cluster="physics"))[1]["Region"] == "physics"


def test_skypilots_config_has_the_price_where_it_looks_for_it(priced: PricedMonth) -> None:
    config = yaml.safe_load(kubernetes_yaml(priced))
    assert config == {"kubernetes": {"pricing": {"accelerators": {"H100": float(AVAILABLE)}}}}
    inside = yaml.safe_load(kubernetes_yaml(priced, context="on: prem"))
    assert (
        inside["kubernetes"]["context_configs"]["on: prem"]["pricing"]
        == (config["kubernetes"]["pricing"])
    )


@pytest.mark.parametrize("level", PriceLevel)
def test_any_level_can_be_asked_for(level: PriceLevel, priced: PricedMonth) -> None:
    price = price_text(priced.price(level).amount)
    assert json.loads(opencost_json(priced, level))["GPU"] == price
    assert rows(slurm_csv(priced, level))[1]["PricePerAccelerator"] == price


def test_a_level_without_hours_has_no_price(priced: PricedMonth) -> None:
    unread = replace(priced, levels=replace(priced.levels, allocated=None))
    for export in (opencost_json, slurm_csv, kubernetes_yaml):
        with pytest.raises(ConflictError, match="no allocated GPU-hour has a price"):
            export(unread, PriceLevel.ALLOCATED)


def test_skypilot_takes_dollars_alone(priced: PricedMonth) -> None:
    canadian = priced.converted(Decimal("1.4064"), "CAD")
    assert price_text(canadian.price(PriceLevel.AVAILABLE).amount) == "3.070861"
    for export in (slurm_csv, kubernetes_yaml):
        with pytest.raises(ConflictError, match="the books are in CAD; add a rate"):
            export(canadian)


def test_a_level_that_is_not_known_stays_unknown_in_another_currency(priced: PricedMonth) -> None:
    unread = replace(priced, levels=replace(priced.levels, allocated=None))
    assert unread.converted(Decimal(2), "CAD").levels.allocated is None
