"""Our price of a GPU-hour in OpenCost's two inputs for metal of one's own.

The price is all-in, so CPU, memory and storage cost nothing besides; otherwise they would be paid
twice. OpenCost's files name no currency; it shows what CURRENCY_CODE of its environment says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import NamedTuple

from thirdshift_controller.fleet.inventory import Node
from thirdshift_controller.reports.data.plain import csv_text
from thirdshift_controller.reports.exports.priced import PricedMonth, PriceLevel, price_text

CSV_COLUMNS = (
    *("EndTimestamp", "InstanceID", "Region", "AssetClass"),
    *("InstanceIDField", "InstanceType", "MarketPriceHourly", "Version"),
)
_FREE = (
    *("CPU", "spotCPU", "RAM", "spotRAM", "storage"),
    *("zoneNetworkEgress", "regionNetworkEgress", "internetNetworkEgress"),
    *("natGatewayEgress", "natGatewayIngress"),
    *("firstFiveForwardingRulesCost", "additionalForwardingRuleCost", "LBIngressDataCost"),
)
"""What is in the price of the GPU-hour already."""
_VERSION = "v1"


class GpuLabel(NamedTuple):
    """The label of Kubernetes' nodes by which OpenCost knows a GPU."""

    field: str
    """Such as `nvidia.com/gpu.product`."""
    value: str


def opencost_json(priced: PricedMonth, level: PriceLevel = PriceLevel.AVAILABLE) -> str:
    """`default.json`: one price for every GPU. Raises `ConflictError` without a price."""
    prices = {
        "provider": "custom",
        "description": f"{priced.site} in {priced.month}: all-in, per {level} GPU-hour",
        **dict.fromkeys(_FREE, "0.0"),
        "GPU": price_text(priced.price(level).amount),
    }
    return f"{json.dumps(prices, indent=4, ensure_ascii=False)}\n"


def opencost_csv(
    priced: PricedMonth,
    nodes: Iterable[Node],
    level: PriceLevel = PriceLevel.AVAILABLE,
    label: GpuLabel | None = None,
) -> str:
    """One row a node, with the price of all its GPUs. Raises `ConflictError` without a price.

    OpenCost adds a node's price and that of its GPUs. With a label, therefore, the price stands in
    a row of the GPU and nodes cost nothing. Region and type stay empty, since OpenCost would take
    them for the price of every node of that type.
    """
    return csv_text(CSV_COLUMNS, _rows(priced, nodes, level, label))


def _rows(
    priced: PricedMonth, nodes: Iterable[Node], level: PriceLevel, label: GpuLabel | None
) -> Iterator[tuple[str, ...]]:
    price = priced.price(level).amount
    until = f"{priced.month.to_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    for node in nodes:
        whole = price_text(price * (0 if label else node.gpus))
        yield until, node.name, "", "node", "metadata.name", "", whole, _VERSION
    if label:
        yield until, label.value, "", "gpu", label.field, "", price_text(price), _VERSION
