"""A day of the data set GPU Rental Prices: real offers, each with the day it was read on."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from controller.costs.market.files import EXCERPTS, excerpt, imported, traps, unaccounted
from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.market.importers.remarks import Done, Imported, Trap
from thirdshift_controller.costs.market.quotes import Quote
from thirdshift_controller.costs.market.record import PurchaseOption

NAME = "snapshot-2026-10-05.json"
SNAPSHOT: dict[str, Any] = json.loads((EXCERPTS / NAME).read_text(encoding="utf-8"))
PLAIN: dict[str, Any] = next(o for o in SNAPSHOT["offers"] if o["gpu"] == "mi300x")


def offer(**changes: object) -> Imported:
    return imported("snapshot", json.dumps({"offers": [{**PLAIN, **changes}]}), "latest.json")


def test_the_offers_come_out_each_with_its_own_day() -> None:
    found = excerpt("snapshot", NAME)
    assert [(p.provider, p.gpu_model, p.purchase_option, p.price.amount) for p in found.prices] == [
        ("Daytona", "H100", PurchaseOption.SPOT, Decimal("2.27")),
        ("Lium", "RTX5090", PurchaseOption.MARKET, Decimal("0.5")),
        ("Impossible Cloud", "H100", PurchaseOption.RESERVED, Decimal("2.95")),
        ("Impossible Cloud", "B300", PurchaseOption.RESERVED, Decimal("4.95")),
        ("RunPod", "MI300X", PurchaseOption.ON_DEMAND, Decimal("2.39")),
        ("RunPod", "A100-80", PurchaseOption.ON_DEMAND, Decimal("1.59")),
        ("RunPod", "A100-80", PurchaseOption.MARKET, Decimal("1.19")),
        ("Google Cloud", "A100-80", PurchaseOption.ON_DEMAND, Decimal("3.92808")),
    ]
    assert [price.as_of.day for price in found.prices] == [5, 5, 3, 3, 5, 5, 5, 5]
    assert unaccounted(found) == 0


def test_a_provider_that_could_not_be_read_keeps_its_last_day_and_is_remarked_on() -> None:
    found = excerpt("snapshot", NAME)
    stale = [remark for remark in found.remarks if remark.what is Trap.STALE]
    assert [remark.line for remark in stale] == [3, 4]
    assert "last read on 2026-10-03" in stale[0].detail
    assert found.prices[2].as_of == date(2026, 10, 3)


def test_a_commitment_has_its_months_or_a_remark() -> None:
    found = excerpt("snapshot", NAME)
    assert [price.term_months for price in found.prices[2:4]] == [12, None]
    (remark,) = (remark for remark in found.remarks if remark.what is Trap.NO_TERM)
    assert (remark.line, remark.detail) == (4, "36-60 months; confirm contract")


def test_a_gpu_without_its_host_decides_nothing() -> None:
    daytona = excerpt("snapshot", NAME).prices[0]
    assert not daytona.unit_ok
    assert not Quote(daytona, 0).decides


def test_what_is_rented_only_together_makes_the_instance() -> None:
    (price,) = offer(min_gpus=8).prices
    assert price.instance_price is not None
    assert (price.gpu_count, price.instance_price.amount) == (8, Decimal("19.12"))
    (alone,) = offer().prices
    assert (alone.gpu_count, alone.instance_price) == (None, None)


@pytest.mark.parametrize(
    ("changes", "trap"),
    [
        ({"fetched_at": None}, Trap.NO_DATE),
        ({"fetched_at": "yesterday"}, Trap.NO_DATE),
        ({"usd_hr": None}, Trap.BLANK_PRICE),
        ({"usd_hr": -1}, Trap.NOT_POSITIVE),
        ({"usd_hr": "abc"}, Trap.NOT_A_NUMBER),
        ({"gpu": "a9000"}, Trap.UNKNOWN_GPU),
        ({"kind": "by barter"}, Trap.UNREADABLE),
        ({"provider": ""}, Trap.UNREADABLE),
    ],
)
def test_a_trap_is_remarked_on(changes: dict[str, object], trap: Trap) -> None:
    found = offer(**changes)
    assert found.prices == ()
    assert traps(found) == {(trap, Done.DROPPED): 1}


def test_serverless_is_no_rented_gpu() -> None:
    assert offer(kind="serverless").beside == {"serverless": 1}


@pytest.mark.parametrize("text", ["[]", "{}", '{"offers": 1}', '{"offers": [1]}', "<html>"])
def test_what_is_no_snapshot_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"latest\.json"):
        imported("snapshot", text, "latest.json")
