"""Azure's retail prices: one JSON page of the public API, or a list of pages. No day of their own.

Only US dollars are authoritative. A reservation's price is for its whole term, though its unit
says an hour. GPUs are known by the machine's name alone; Windows is a licence, not a machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.market.importers.gathering import (
    HOURS_PER_YEAR,
    MONTHS_PER_YEAR,
    Gathering,
)
from thirdshift_controller.costs.market.importers.remarks import Imported, Trap
from thirdshift_controller.costs.market.importers.source import Given, SourceFile
from thirdshift_controller.costs.market.record import CURRENCY, PurchaseOption

PROVIDER = "Azure"
HOUR = "1 Hour"
GPU_SERIES = ("Standard_NC", "Standard_ND", "Standard_NG", "Standard_NV")
MACHINES: Mapping[str, tuple[str, int]] = {
    "NC4as_T4_v3": ("T4", 1),
    "NC8as_T4_v3": ("T4", 1),
    "NC16as_T4_v3": ("T4", 1),
    "NC64as_T4_v3": ("T4", 4),
    "NC6s_v3": ("V100-16", 1),
    "NC12s_v3": ("V100-16", 2),
    "NC24s_v3": ("V100-16", 4),
    "NC24ads_A100_v4": ("A100-80", 1),
    "NC48ads_A100_v4": ("A100-80", 2),
    "NC96ads_A100_v4": ("A100-80", 4),
    "NC40ads_H100_v5": ("H100-NVL", 1),
    "NC80adis_H100_v5": ("H100-NVL", 2),
    "ND40rs_v2": ("V100-32", 8),
    "ND96asr_v4": ("A100-40", 8),
    "ND96asr_A100_v4": ("A100-40", 8),
    "ND96amsr_A100_v4": ("A100-80", 8),
    "ND96is_H100_v5": ("H100", 8),
    "ND96isr_H100_v5": ("H100", 8),
    "ND96is_H200_v5": ("H200", 8),
    "ND96isr_H200_v5": ("H200", 8),
    "ND96is_MI300X_v5": ("MI300X", 8),
    "ND96isr_MI300X_v5": ("MI300X", 8),
    "ND128isr_NDR_GB200_v6": ("GB200", 4),
    "NV36ads_A10_v5": ("A10", 1),
    "NV72ads_A10_v5": ("A10", 2),
}
"""What the machines hold, by Azure's own pages; parts of a GPU are not among them."""
YEARS = {"1 Year": 1, "3 Years": 3, "5 Years": 5}


def read(file: SourceFile, given: Given) -> Imported:
    """Prices on demand, spot, reserved and of savings plans. Raises `ConfigError`."""
    gathering = Gathering(file, given)
    for number, item in enumerate(_items(file), start=1):
        gathering.row()
        sku = str(item.get("armSkuName") or "")
        why = _beside(item, sku)
        if why:
            gathering.beside(why)
        else:
            _item(gathering, number, item, sku.removeprefix("Standard_"))
    return gathering.result()


def _items(file: SourceFile) -> Iterator[Mapping[str, Any]]:
    found = file.json()
    for page in found if isinstance(found, list) else [found]:
        items = page.get("Items") if isinstance(page, dict) else None
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise ConfigError(f"{file.path}: is no page of prices: it has no list named Items")
        yield from items


def _beside(item: Mapping[str, Any], sku: str) -> str | None:
    """Why a row is none of ours; `None` where it is a GPU machine's plain price."""
    if not sku.startswith(GPU_SERIES):
        return "no GPU"
    if "Windows" in str(item.get("productName")):
        return "with a Windows licence"
    if "Low Priority" in str(item.get("meterName")):
        return "low priority, the old kind of spot"
    return "for developers and testers" if "DevTest" in str(item.get("type")) else None


def _item(gathering: Gathering, number: int, item: Mapping[str, Any], sku: str) -> None:
    currency, unit = item.get("currencyCode"), item.get("unitOfMeasure")
    if currency != CURRENCY:
        return gathering.drop(number, "currencyCode", Trap.CURRENCY, str(currency))
    if unit != HOUR:
        return gathering.drop(number, "unitOfMeasure", Trap.UNIT, str(unit))
    if sku not in MACHINES:
        return gathering.drop(number, "armSkuName", Trap.UNKNOWN_GPU, sku)
    price = gathering.price(number, "retailPrice", item.get("retailPrice"))
    if price is None:
        return None
    if item.get("type") == "Reservation":
        return _reserved(gathering, number, item, sku, price)
    spot = str(item.get("meterName")).endswith("Spot")
    option = PurchaseOption.SPOT if spot else PurchaseOption.ON_DEMAND
    _add(gathering, number, item, sku, price, purchase_option=option)
    return _savings_plans(gathering, number, item, sku)


def _reserved(
    gathering: Gathering, number: int, item: Mapping[str, Any], sku: str, price: Decimal
) -> None:
    years = YEARS.get(str(item.get("reservationTerm")))
    if years is None:
        detail = str(item.get("reservationTerm"))
        return gathering.drop(number, "reservationTerm", Trap.NO_TERM, detail)
    hours = years * HOURS_PER_YEAR
    gathering.mark(number, "unitOfMeasure", Trap.UNIT, f"of the whole term, divided by {hours} h")
    option, months = PurchaseOption.RESERVED, years * MONTHS_PER_YEAR
    return _add(
        gathering, number, item, sku, price / hours, purchase_option=option, term_months=months
    )


def _savings_plans(gathering: Gathering, number: int, item: Mapping[str, Any], sku: str) -> None:
    for plan in item.get("savingsPlan") or ():
        years = YEARS.get(str(plan.get("term")))
        if years is None:
            gathering.drop(number, "savingsPlan", Trap.NO_TERM, str(plan.get("term")))
            continue
        cell = plan.get("retailPrice", plan.get("unitPrice"))
        price = gathering.price(number, "savingsPlan", cell)
        if price is not None:
            option, months = PurchaseOption.SAVINGS_PLAN, years * MONTHS_PER_YEAR
            _add(gathering, number, item, sku, price, purchase_option=option, term_months=months)


def _add(
    gathering: Gathering,
    number: int,
    item: Mapping[str, Any],
    sku: str,
    price: Decimal,
    **facts: Any,
) -> None:
    model, gpus = MACHINES[sku]
    gathering.add(
        number,
        "retailPrice",
        price,
        gpus,
        provider=PROVIDER,
        sku=sku,
        gpu_model=model,
        region=item.get("armRegionName") or None,
        effective_from=_day(item.get("effectiveStartDate")),
        **facts,
    )


def _day(cell: object) -> date | None:
    try:
        return date.fromisoformat(str(cell)[:10])
    except ValueError:
        return None
