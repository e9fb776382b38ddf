"""SkyPilot's catalogue, `vms.csv` of one cloud. Its columns' order differs by cloud.

It has no day, no currency (US dollars) and no reserved prices. On demand a region has one price;
a spot price is that of a zone, so a zone is the region of its series.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.market.gpus import gpu_model
from thirdshift_controller.costs.market.importers.gathering import Gathering, exact, known, whole
from thirdshift_controller.costs.market.importers.remarks import Imported, Trap
from thirdshift_controller.costs.market.importers.source import Given, SourceFile
from thirdshift_controller.costs.market.providers import canonical_provider
from thirdshift_controller.costs.market.record import PurchaseOption

COLUMNS = (
    *("InstanceType", "AcceleratorName", "AcceleratorCount", "vCPUs", "MemoryGiB"),
    *("GpuInfo", "Price", "SpotPrice", "Region"),
)
MIB_PER_GIB = 1024
COUNTRIES_AS_REGIONS = frozenset({"RunPod"})
"""Their region is a country's two letters; `CA` is Canada there, and California is a zone's."""


@dataclass(frozen=True, slots=True)
class GpuInfo:
    """What the Python literal of a row says of one GPU."""

    name: str
    mem_gib: Decimal | None
    was_gib: bool
    """The cell that is headed MiB held GiB."""


def read(file: SourceFile, given: Given) -> Imported:
    """Prices on demand and spot. Raises `ConfigError` where columns or the provider are missing."""
    if given.provider is None:
        raise ConfigError(f"{file.path} does not say whose prices it holds; add --provider NAME")
    provider = canonical_provider(given.provider)
    gathering = Gathering(file, given)
    for line, row in file.lines(COLUMNS):
        gathering.row()
        if not row["AcceleratorName"] or not exact(row["AcceleratorCount"]):
            gathering.beside("no GPU")
        else:
            _row(gathering, line, row, provider)
    return gathering.result()


def _row(gathering: Gathering, line: int, row: Mapping[str, str], provider: str) -> None:
    gpus, info = whole(row["AcceleratorCount"]), _gpu_info(row["GpuInfo"])
    if gpus is None:
        return gathering.drop(line, "AcceleratorCount", Trap.FRACTION, row["AcceleratorCount"])
    if info is None:
        return gathering.drop(line, "GpuInfo", Trap.UNREADABLE, row["GpuInfo"][:40])
    name = f"{row['AcceleratorName']} {info.name}"
    model = gpu_model(name, info.mem_gib, row["InstanceType"])
    if model is None:
        return gathering.drop(line, "AcceleratorName", Trap.UNKNOWN_GPU, row["AcceleratorName"])
    if info.was_gib:
        gathering.mark(line, "GpuInfo", Trap.UNIT, f"{info.mem_gib} MiB read as GiB")
    facts = {
        "provider": provider,
        "sku": row["InstanceType"],
        "gpu_model": model,
        "gpu_mem_gib": info.mem_gib,
        "vcpu": known(row["vCPUs"]),
        "ram_gib": known(row["MemoryGiB"]),
        "country": row["Region"] if provider in COUNTRIES_AS_REGIONS else None,
    }
    return _prices(gathering, line, row, gpus, facts)


def _prices(
    gathering: Gathering, line: int, row: Mapping[str, str], gpus: int, facts: dict[str, Any]
) -> None:
    region, zone = row["Region"] or None, row.get("AvailabilityZone") or row["Region"] or None
    price = gathering.price(line, "Price", row["Price"])
    if price is not None:
        option = PurchaseOption.ON_DEMAND
        gathering.add(line, "Price", price, gpus, purchase_option=option, region=region, **facts)
    if not row["SpotPrice"]:
        return
    if price is not None and exact(row["SpotPrice"]) == price:
        gathering.drop(line, "SpotPrice", Trap.SPOT_EQUAL, "read as no spot")
        return
    spot = gathering.price(line, "SpotPrice", row["SpotPrice"])
    if spot is not None:
        option = PurchaseOption.SPOT
        gathering.add(line, "SpotPrice", spot, gpus, purchase_option=option, region=zone, **facts)


@lru_cache(maxsize=1024)
def _gpu_info(cell: str) -> GpuInfo | None:
    """The first GPU of a cell such as `{'Gpus': [{'Name': 'H100', ...}]}`; `None` if unreadable."""
    if not cell:
        return GpuInfo("", None, was_gib=False)
    try:
        gpu = ast.literal_eval(cell)["Gpus"][0]
        size = exact(gpu["MemoryInfo"]["SizeInMiB"])
        name = str(gpu["Name"])
    except (SyntaxError, ValueError, TypeError, LookupError, RecursionError, MemoryError):
        return None
    if not size:
        return GpuInfo(name, None, was_gib=False)
    was_gib = size < MIB_PER_GIB
    return GpuInfo(name, size if was_gib else size / MIB_PER_GIB, was_gib)
