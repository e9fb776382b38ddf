"""gpuhunt's catalogue, version 2: one CSV file a provider, named after it. US dollars, no day.

An older file lacks the column of the vendor, and the instance's price is for all of its GPUs.
"""

from __future__ import annotations

from collections.abc import Mapping

from thirdshift_controller.costs.market.gpus import gpu_model
from thirdshift_controller.costs.market.importers.gathering import Gathering, exact, known, whole
from thirdshift_controller.costs.market.importers.remarks import Imported, Trap
from thirdshift_controller.costs.market.importers.source import Given, SourceFile
from thirdshift_controller.costs.market.providers import canonical_provider
from thirdshift_controller.costs.market.record import PurchaseOption

COLUMNS = (
    *("instance_name", "location", "price", "cpu", "memory"),
    *("gpu_count", "gpu_name", "gpu_memory", "spot"),
)
OPTIONS = {"True": PurchaseOption.SPOT, "False": PurchaseOption.ON_DEMAND}
TPU_PREFIX = "tpu-"
OTHER_VENDORS = frozenset({"google", "tenstorrent"})


def read(file: SourceFile, given: Given) -> Imported:
    """Prices on demand and spot. Raises `ConfigError` where a column is missing."""
    provider = canonical_provider(given.provider or file.path.stem)
    gathering = Gathering(file, given)
    for line, row in file.lines(COLUMNS):
        gathering.row()
        if not exact(row["gpu_count"]) or _is_no_gpu(row):
            gathering.beside("no GPU")
        else:
            _row(gathering, line, row, provider)
    return gathering.result()


def _is_no_gpu(row: Mapping[str, str]) -> bool:
    """A TPU or another accelerator; a row without a vendor is from before there was one."""
    return row.get("gpu_vendor") in OTHER_VENDORS or row["gpu_name"].startswith(TPU_PREFIX)


def _row(gathering: Gathering, line: int, row: Mapping[str, str], provider: str) -> None:
    gpus, option, mem_gib = whole(row["gpu_count"]), OPTIONS.get(row["spot"]), row["gpu_memory"]
    if gpus is None:
        return gathering.drop(line, "gpu_count", Trap.FRACTION, row["gpu_count"])
    if option is None:
        return gathering.drop(line, "spot", Trap.UNREADABLE, row["spot"])
    model = gpu_model(row["gpu_name"], known(mem_gib), row["instance_name"])
    if model is None:
        return gathering.drop(line, "gpu_name", Trap.UNKNOWN_GPU, f"{row['gpu_name']} {mem_gib}")
    price = gathering.price(line, "price", row["price"])
    if price is not None:
        gathering.add(
            line,
            "price",
            price,
            gpus,
            provider=provider,
            sku=row["instance_name"],
            gpu_model=model,
            gpu_mem_gib=known(mem_gib),
            vcpu=known(row["cpu"]),
            ram_gib=known(row["memory"]),
            region=row["location"] or None,
            purchase_option=option,
        )
    return None
