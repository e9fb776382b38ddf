"""AWS's bulk price list: the plain price, reserved terms with and without a fee, and what leaks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from controller.costs.market.files import imported, traps, unaccounted
from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.market.importers.remarks import Done, Imported, Trap
from thirdshift_controller.costs.market.record import PurchaseOption

ABOVE = """"FormatVersion","v1.0"
"Disclaimer","This pricing list is for informational purposes only."
"Publication Date","2026-11-08T00:00:00Z"
"Version","20261108000000"
"OfferCode","AmazonEC2"
"""
PLAIN = {
    "SKU": "A1",
    "OfferTermCode": "JRTCKXETXF",
    "TermType": "OnDemand",
    "EffectiveDate": "2026-11-01",
    "Unit": "Hrs",
    "PricePerUnit": "55.0400000000",
    "Currency": "USD",
    "LeaseContractLength": "",
    "PurchaseOption": "",
    "OfferingClass": "",
    "Instance Type": "p5.48xlarge",
    "vCPU": "192",
    "Memory": "2,048 GiB",
    "Tenancy": "Shared",
    "Operating System": "Linux",
    "GPU": "8",
    "Pre Installed S/W": "NA",
    "CapacityStatus": "Used",
    "MarketOption": "OnDemand",
    "Region Code": "us-east-1",
}
RESERVED = {
    "TermType": "Reserved",
    "LeaseContractLength": "3yr",
    "PurchaseOption": "No Upfront",
    "OfferingClass": "standard",
    "PricePerUnit": "43.16",
}


def listed(*changes: dict[str, str]) -> Imported:
    rows = [{**PLAIN, **change} for change in changes]
    lines = [",".join(f'"{cell}"' for cell in row) for row in (PLAIN, *(r.values() for r in rows))]
    return imported("aws", ABOVE + "\n".join(lines) + "\n", "index.csv")


def test_the_plain_price_is_read_from_below_the_five_lines_above_the_header() -> None:
    (price,) = listed({}).prices
    assert price.price.amount == Decimal("6.88")
    assert (price.gpu_model, price.gpu_count, price.ram_gib) == ("H100", 8, Decimal(2048))
    assert str(price.effective_from) == "2026-11-01"


@pytest.mark.parametrize(
    "change",
    [
        {"MarketOption": "CapacityBlock", "PricePerUnit": "39.33"},
        {"Tenancy": "Dedicated"},
        {"Operating System": "Windows"},
        {"CapacityStatus": "UnusedCapacityReservation"},
        {"Pre Installed S/W": "SQL Std"},
        {**RESERVED, "OfferingClass": "convertible"},
        {"GPU": ""},
    ],
)
def test_no_other_kind_of_price_leaks_in(change: dict[str, str]) -> None:
    found = listed(change)
    assert (found.prices, found.remarks) == ((), ())
    assert sum(found.beside.values()) == 1


def test_a_reserved_price_without_a_fee_is_its_hourly_row() -> None:
    (price,) = listed(RESERVED).prices
    assert (price.purchase_option, price.term_months) == (PurchaseOption.RESERVED, 36)
    assert (price.price.amount, price.upfront) == (Decimal("5.395"), None)


def test_a_fee_is_spread_over_the_hours_of_the_term() -> None:
    terms = {**RESERVED, "LeaseContractLength": "1yr", "PurchaseOption": "Partial Upfront"}
    found = listed(
        {**terms, "PricePerUnit": "24.00"},
        {**terms, "Unit": "Quantity", "PricePerUnit": "140160"},
    )
    (price,) = found.prices
    assert price.price.amount == (Decimal(24) + Decimal(140160) / 8760) / 8
    assert price.upfront is not None
    assert price.upfront.amount == 140160
    assert price.sku == "p5.48xlarge, Partial Upfront"


def test_all_paid_ahead_has_an_hourly_row_of_zero() -> None:
    terms = {**RESERVED, "LeaseContractLength": "1yr", "PurchaseOption": "All Upfront"}
    found = listed(
        {**terms, "PricePerUnit": "0.0000000000"},
        {**terms, "Unit": "Quantity", "PricePerUnit": "280320"},
    )
    assert [price.price.amount for price in found.prices] == [Decimal(4)]


@pytest.mark.parametrize(
    ("change", "trap"),
    [
        ({"Currency": "CNY"}, Trap.CURRENCY),
        ({"Unit": "Quantity"}, Trap.UNIT),
        ({"GPU": "0.125"}, Trap.FRACTION),
        ({"Instance Type": "p9.48xlarge"}, Trap.UNKNOWN_GPU),
        ({"PricePerUnit": "0.0000000000"}, Trap.NOT_POSITIVE),
        ({"PricePerUnit": ""}, Trap.BLANK_PRICE),
        ({**RESERVED, "LeaseContractLength": "2yr"}, Trap.NO_TERM),
        ({**RESERVED, "PricePerUnit": "0"}, Trap.NOT_POSITIVE),
        ({**RESERVED, "PricePerUnit": "x"}, Trap.NOT_A_NUMBER),
    ],
)
def test_a_trap_is_remarked_on(change: dict[str, str], trap: Trap) -> None:
    found = listed(change)
    assert found.prices == ()
    assert traps(found) == {(trap, Done.DROPPED): 1}
    assert found.remarks[0].line == 7


def test_every_row_is_a_price_a_remark_or_beside_the_matter() -> None:
    terms = {**RESERVED, "PurchaseOption": "Partial Upfront"}
    found = listed({}, {"GPU": ""}, {"GPU": "0.5"}, RESERVED, {**terms, "SKU": "B", "Unit": "Days"})
    assert unaccounted(found) == 0


def test_a_list_without_the_market_option_is_refused() -> None:
    columns = [name for name in PLAIN if name != "MarketOption"]
    with pytest.raises(ConfigError, match="line 6: the column MarketOption is missing"):
        imported("aws", ABOVE + ",".join(columns) + "\n", "index.csv")
