"""Azure's retail prices: real rows of one machine, and a term's price that says it is an hour's."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from controller.costs.market.files import EXCERPTS, excerpt, imported, traps, unaccounted
from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.market.importers.remarks import Done, Imported, Trap
from thirdshift_controller.costs.market.record import PurchaseOption

PAGE: dict[str, Any] = json.loads((EXCERPTS / "azure-h100.json").read_text(encoding="utf-8"))
PLAIN: dict[str, Any] = PAGE["Items"][0]


def item(**changes: object) -> Imported:
    page = {"Items": [{**PLAIN, **changes}], "NextPageLink": None}
    return imported("azure", json.dumps(page), "azure.json")


def test_the_published_price_comes_out_and_neither_windows_nor_low_priority_leaks_in() -> None:
    found = excerpt("azure", "azure-h100.json")
    assert [(p.purchase_option, p.price.amount) for p in found.prices] == [
        (PurchaseOption.ON_DEMAND, Decimal("12.29")),
        (PurchaseOption.SPOT, Decimal("2.271192")),
    ]
    assert found.prices[0].sku == "ND96isr_H100_v5"
    assert found.beside == {"with a Windows licence": 2, "no GPU": 1}
    assert (found.remarks, unaccounted(found)) == ((), 0)


def test_pages_may_come_as_a_list_and_a_price_twice_is_a_duplicate() -> None:
    found = imported("azure", json.dumps([PAGE, PAGE]), "azure.json")
    assert len(found.prices) == 2
    assert traps(found) == {(Trap.DUPLICATE, Done.DROPPED): 2}


@pytest.mark.parametrize(
    ("term", "price", "months", "per_gpu"),
    [("1 Year", 700_800, 12, "10"), ("3 Years", 1_471_680, 36, "7")],
)
def test_a_reservation_is_divided_by_the_hours_of_its_term(
    term: str, price: int, months: int, per_gpu: str
) -> None:
    found = item(type="Reservation", reservationTerm=term, retailPrice=price)
    (reserved,) = found.prices
    assert (reserved.purchase_option, reserved.term_months, reserved.price.amount) == (
        PurchaseOption.RESERVED,
        months,
        Decimal(per_gpu),
    )
    assert traps(found) == {(Trap.UNIT, Done.MARKED): 1}


def test_a_savings_plan_stands_beside_the_price_on_demand() -> None:
    plans = [{"term": "1 Year", "retailPrice": 64.0}, {"term": "3 Years", "unitPrice": 48.0}]
    assert [
        (p.purchase_option, p.term_months, p.price.amount) for p in item(savingsPlan=plans).prices
    ] == [
        (PurchaseOption.ON_DEMAND, None, Decimal("12.29")),
        (PurchaseOption.SAVINGS_PLAN, 12, Decimal(8)),
        (PurchaseOption.SAVINGS_PLAN, 36, Decimal(6)),
    ]


@pytest.mark.parametrize(
    ("changes", "trap"),
    [
        ({"currencyCode": "EUR"}, Trap.CURRENCY),
        ({"unitOfMeasure": "1/Month"}, Trap.UNIT),
        ({"armSkuName": "Standard_ND999_X_v9"}, Trap.UNKNOWN_GPU),
        ({"retailPrice": 0}, Trap.NOT_POSITIVE),
        ({"retailPrice": None}, Trap.BLANK_PRICE),
        ({"type": "Reservation", "reservationTerm": "2 Moons"}, Trap.NO_TERM),
    ],
)
def test_a_trap_is_remarked_on(changes: dict[str, object], trap: Trap) -> None:
    found = item(**changes)
    assert found.prices == ()
    assert traps(found) == {(trap, Done.DROPPED): 1}


def test_prices_for_developers_are_beside_the_matter() -> None:
    assert item(type="DevTestConsumption").beside == {"for developers and testers": 1}


@pytest.mark.parametrize(
    "text", ["{}", "[]]", "[1]", "[" * 100_000, '{"Items": [1]}', '{"Items": 3}']
)
def test_what_is_no_page_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"azure\.json"):
        imported("azure", text, "azure.json")
