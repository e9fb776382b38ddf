"""The second table: storage, egress and processors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.market.services import (
    BUNDLED_SERVICES,
    Service,
    load_services,
    services_on,
    services_text,
)

PRICES = load_services()
HEADER = "provider,sku,kind,price,currency,region,as_of,quality,source,licence"
GOOD = "AWS,S3 Standard,object_hot,0.023,USD,us-east-1,2026-06-08,quote,otava,"


@pytest.mark.parametrize(
    ("provider", "kind", "amount"),
    [
        ("AWS", Service.OBJECT_HOT, "0.023"),
        ("OCI", Service.OBJECT_HOT, "0.0255"),
        ("AWS", Service.EGRESS, "0.09"),
        ("CoreWeave", Service.EGRESS, "0"),
        ("AWS", Service.VCPU, "0.0529"),
        ("OCI", Service.VCPU, "0.0230"),
    ],
)
def test_the_published_prices_are_in_it(provider: str, kind: Service, amount: str) -> None:
    found = services_on(PRICES, kind, date(2026, 11, 30))
    assert Decimal(amount) in {one.price.amount for one in found if one.provider == provider}


def test_the_cheapest_comes_first_and_nothing_comes_from_the_future() -> None:
    hot = services_on(PRICES, Service.OBJECT_HOT, date(2026, 11, 30))
    assert [one.provider for one in hot][:3] == ["Azure", "Google Cloud", "AWS"]
    june = services_on(PRICES, Service.OBJECT_HOT, date(2026, 6, 30))
    assert [(one.provider, one.source) for one in june] == [("AWS", "otava")]


def test_each_kind_has_its_unit() -> None:
    assert {kind.unit for kind in Service} == {"GB-month", "GB", "vCPU-hour"}


def test_writing_and_reading_the_table_gives_the_same_prices(tmp_path: Path) -> None:
    path = tmp_path / "services.csv"
    path.write_text(services_text(PRICES), encoding="utf-8")
    assert load_services(path) == PRICES
    assert services_text(PRICES) == BUNDLED_SERVICES.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ([GOOD.replace("object_hot", "tape")], "column kind: must be one of object_hot, object_c"),
        ([GOOD.replace("2026-06-08", "")], "line 2, column as_of: must be filled in"),
        ([GOOD.replace("USD", "usd")], 'column currency: "usd" is no currency of ISO 4217; did'),
        ([GOOD, GOOD], "line 3: S3 Standard stands for 2026-06-08 in line 2 too; remove"),
    ],
)
def test_a_bad_row_is_refused(tmp_path: Path, lines: list[str], complaint: str) -> None:
    path = tmp_path / "services.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    with pytest.raises(ConfigError) as refusal:
        load_services(path)
    assert complaint in str(refusal.value)
