"""The bundled table of cloud prices, and the choice of rows for a day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.market.prices import (
    BUNDLED,
    CloudPrice,
    Freshness,
    PurchaseOption,
    Quality,
    Quote,
    canonical_model,
    load_prices,
    quotes_on,
)

PRICES = load_prices()
GOOD = "AWS,p5.48xlarge,H100,8,us-east-1,on_demand,6.88,2026-11-09,list,data-receipts"


def row(**changes: object) -> CloudPrice:
    aws = next(price for price in PRICES if price.sku == "p5.48xlarge")
    return aws.model_copy(update=changes)


def test_the_bundled_table_loads_and_every_row_says_where_and_when() -> None:
    assert len(PRICES) > 40
    assert all(price.source and price.as_of <= date(2026, 11, 30) for price in PRICES)


def test_no_price_of_a_series_stands_twice_for_one_day() -> None:
    days = [(price.series, price.as_of) for price in PRICES]
    assert len(set(days)) == len(days)


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        (GOOD.replace("2026-11-09", ""), 'column as_of: must be a day such as 2026-11-09, not ""'),
        (GOOD.replace("2026-11-09", "9 Nov"), "column as_of: must be a day such as 2026-11-09"),
        (GOOD.replace("6.88", "n/a"), 'usd_per_gpu_hour: must be a number such as 3.99, not "n/a"'),
        (GOOD.replace("6.88", "0"), "usd_per_gpu_hour: must be more than 0"),
        (GOOD.replace("6.88", "NaN"), "usd_per_gpu_hour: must be a finite number"),
        (GOOD.replace("on_demand", "ondemand"), "purchase_option: must be one of"),
        (GOOD.replace("AWS", ""), "column provider: must be filled in"),
        (GOOD.replace(",8,", ",0,"), "column gpu_count: must be at least 1"),
        (GOOD + ",more", "must have one cell for each column"),
        ("AWS,p5.48xlarge", "must have one cell for each column"),
    ],
)
def test_a_bad_row_is_refused_with_file_line_column_and_remedy(
    tmp_path: Path, cells: str, complaint: str
) -> None:
    path = tmp_path / "prices.csv"
    header = BUNDLED.read_text(encoding="utf-8").splitlines()[0]
    path.write_text(f"{header}\n{GOOD}\n{cells}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as refusal:
        load_prices(path)
    assert complaint in str(refusal.value)
    assert str(refusal.value).startswith(f"{path}, line 3")


def test_other_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("provider,price\nAWS,6.88\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="line 1: the columns must be provider,sku"):
        load_prices(path)


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("hgx-h100-8", "H100"),
        ("NVIDIA H100 80GB HBM3", "H100"),
        ("NVIDIA H100 PCIe", "H100-PCIe"),
        ("NVIDIA H100 NVL", "H100-NVL"),
        ("NVIDIA A100-SXM4-80GB", "A100-80"),
        ("NVIDIA H200", "H200"),
        ("dgx-a100-8", None),
        ("abacus", None),
    ],
)
def test_a_gpu_is_known_by_any_of_its_names(name: str, model: str | None) -> None:
    assert canonical_model(name, PRICES) == model


def test_the_latest_price_of_a_series_by_the_day_is_taken() -> None:
    def runpod(on: date) -> Decimal:
        quotes = quotes_on(PRICES, "H100", on)
        return next(q.row.usd_per_gpu_hour for q in quotes if q.row.sku == "H100 SXM secure")

    assert runpod(date(2026, 8, 31)) == Decimal("3.29")
    assert runpod(date(2026, 9, 30)) == Decimal("3.49")
    assert runpod(date(2026, 11, 30)) == Decimal("3.99")


@pytest.mark.parametrize(
    ("age_days", "freshness", "decides"),
    [
        (45, Freshness.FRESH, True),
        (46, Freshness.AMBER, True),
        (90, Freshness.AMBER, True),
        (91, Freshness.RED, False),
    ],
)
def test_a_price_ages(age_days: int, freshness: Freshness, decides: bool) -> None:
    quote = Quote(row(), age_days)
    assert (quote.freshness, quote.decides) == (freshness, decides)


@pytest.mark.parametrize("quality", [Quality.INDEX, Quality.BLOG])
def test_a_verdict_never_rests_on_an_average_or_on_hearsay(quality: Quality) -> None:
    assert not Quote(row(quality=quality), 0).decides


@given(st.integers(0, 200))
def test_no_price_of_the_future_is_used_and_the_cheapest_comes_first(days: int) -> None:
    on = date(2026, 8, 1) + timedelta(days=days)
    quotes = quotes_on(PRICES, "H100", on)
    assert all(quote.age_days >= 0 for quote in quotes)
    amounts = [quote.row.usd_per_gpu_hour for quote in quotes]
    assert amounts == sorted(amounts)
    assert {quote.row.purchase_option for quote in quotes} <= set(PurchaseOption)
