"""AWS's bulk price list of EC2 as CSV: five lines about the file, then the header.

A plain price is of Linux on a shared machine in use, with nothing installed, by the hour, and of
the market option OnDemand: capacity blocks stand in the same file and must not leak in. A reserved
price is an hourly row and, unless nothing is paid ahead, a row of the fee.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from thirdshift_controller.costs.market.importers.gathering import (
    HOURS_PER_YEAR,
    MONTHS_PER_YEAR,
    Gathering,
    exact,
    known,
    whole,
)
from thirdshift_controller.costs.market.importers.remarks import Imported, Trap
from thirdshift_controller.costs.market.importers.source import Given, SourceFile
from thirdshift_controller.costs.market.record import CURRENCY, PurchaseOption
from thirdshift_controller.costs.money import Money

PROVIDER = "AWS"
LINES_ABOVE_HEADER = 5
COLUMNS = (
    *("SKU", "OfferTermCode", "TermType", "EffectiveDate", "Unit", "PricePerUnit", "Currency"),
    *("LeaseContractLength", "PurchaseOption", "OfferingClass", "Instance Type", "vCPU"),
    *("Memory", "Tenancy", "Operating System", "GPU", "Pre Installed S/W"),
    *("CapacityStatus", "MarketOption", "Region Code"),
)
PLAIN = {
    "Tenancy": "Shared",
    "Operating System": "Linux",
    "CapacityStatus": "Used",
    "Pre Installed S/W": "NA",
}
HOUR, FEE = "Hrs", "Quantity"
YEARS = {"1yr": 1, "3yr": 3}
FAMILIES = {
    "g4dn": "T4",
    "g5": "A10G",
    "g6": "L4",
    "g6e": "L40S",
    "p3": "V100-16",
    "p3dn": "V100-32",
    "p4d": "A100-40",
    "p4de": "A100-80",
    "p5": "H100",
    "p5e": "H200",
    "p5en": "H200",
    "p6-b200": "B200",
    "p6-b300": "B300",
    "p6e-gb200": "GB200",
}
"""The list names no model, only how many GPUs there are."""

Row = Mapping[str, str]


def read(file: SourceFile, given: Given) -> Imported:
    """Prices on demand and reserved. Raises `ConfigError` where a column is missing."""
    gathering = Gathering(file, given)
    reserved: dict[tuple[str, str], list[tuple[int, Row]]] = defaultdict(list)
    for line, row in file.lines(COLUMNS, skip=LINES_ABOVE_HEADER):
        gathering.row()
        why = _beside(row)
        if why:
            gathering.beside(why)
        elif _is_sound(gathering, line, row):
            if row["TermType"] == "OnDemand":
                _on_demand(gathering, line, row)
            else:
                reserved[row["SKU"], row["OfferTermCode"]].append((line, row))
    for rows in reserved.values():
        _reserved(gathering, rows)
    return gathering.result()


def _beside(row: Row) -> str | None:
    if not exact(row["GPU"]):
        return "no GPU"
    if row["MarketOption"] != "OnDemand":
        return f"market option {row['MarketOption']}"
    for column, plain in PLAIN.items():
        if row[column] != plain:
            return f"{column} {row[column]}"
    if row["TermType"] == "Reserved" and row["OfferingClass"] != "standard":
        return f"reserved, {row['OfferingClass']}"
    return None


def _is_sound(gathering: Gathering, line: int, row: Row) -> bool:
    if row["Currency"] != CURRENCY:
        gathering.drop(line, "Currency", Trap.CURRENCY, row["Currency"])
    elif row["Unit"] not in (HOUR, FEE) or (row["TermType"], row["Unit"]) == ("OnDemand", FEE):
        gathering.drop(line, "Unit", Trap.UNIT, row["Unit"])
    elif whole(row["GPU"]) is None:
        gathering.drop(line, "GPU", Trap.FRACTION, row["GPU"])
    elif _family(row) not in FAMILIES:
        gathering.drop(line, "Instance Type", Trap.UNKNOWN_GPU, row["Instance Type"])
    else:
        return True
    return False


def _on_demand(gathering: Gathering, line: int, row: Row) -> None:
    price = gathering.price(line, "PricePerUnit", row["PricePerUnit"])
    if price is not None:
        _add(gathering, line, row, price, row["Instance Type"], PurchaseOption.ON_DEMAND)


def _reserved(gathering: Gathering, rows: list[tuple[int, Row]]) -> None:
    """One offer: its hourly row and its fee, spread over the term."""
    line, row = rows[0]
    years = YEARS.get(row["LeaseContractLength"])
    amounts = {one["Unit"]: exact(one["PricePerUnit"]) for _, one in rows}
    hourly, fee = amounts.get(HOUR, Decimal(0)), amounts.get(FEE, Decimal(0))
    if years is None:
        problem = "LeaseContractLength", Trap.NO_TERM, row["LeaseContractLength"]
    elif hourly is None or fee is None:
        problem = "PricePerUnit", Trap.NOT_A_NUMBER, ""
    elif len(rows) != len(amounts):
        problem = "PricePerUnit", Trap.CONFLICT, "two rows of one offer"
    elif min(hourly, fee) < 0 or not hourly + fee:
        problem = "PricePerUnit", Trap.NOT_POSITIVE, f"{hourly} and a fee of {fee}"
    else:
        sku = f"{row['Instance Type']}, {row['PurchaseOption'] or 'terms not said'}"
        price = hourly + fee / (years * HOURS_PER_YEAR)
        _add(gathering, line, row, price, sku, PurchaseOption.RESERVED, years, fee)
        return
    for where, _ in rows:
        gathering.drop(where, *problem)


def _add(
    gathering: Gathering,
    line: int,
    row: Row,
    price: Decimal,
    sku: str,
    option: PurchaseOption,
    years: int | None = None,
    fee: Decimal | None = None,
) -> None:
    gathering.add(
        line,
        "PricePerUnit",
        price,
        whole(row["GPU"]) or 1,
        provider=PROVIDER,
        sku=sku,
        gpu_model=FAMILIES[_family(row)],
        vcpu=known(row["vCPU"]),
        ram_gib=known(row["Memory"].removesuffix(" GiB").replace(",", "")),
        region=row["Region Code"] or None,
        purchase_option=option,
        term_months=years and years * MONTHS_PER_YEAR,
        upfront=Money(fee, CURRENCY) if fee else None,
        effective_from=_day(row["EffectiveDate"]),
    )


def _family(row: Row) -> str:
    return row["Instance Type"].partition(".")[0]


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        return None
