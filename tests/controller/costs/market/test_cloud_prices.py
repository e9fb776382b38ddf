"""The bundled table of cloud prices, and what reading a table refuses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.costs.market.rows import PRICES, prices, row
from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.market.prices import (
    BUNDLED,
    CloudPrice,
    PurchaseOption,
    Quality,
    load_prices,
)
from thirdshift_controller.costs.market.table import table_text

HEADER = (
    "provider,sku,gpu_model,gpu_count,region,purchase_option,price_per_gpu_hour,as_of,"
    "quality,source"
)
GOOD = "AWS,p5.48xlarge,H100,8,us-east-1,on_demand,6.88,2026-11-09,list,data-receipts"


def table(path: Path, *lines: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def test_the_bundled_table_loads_and_every_row_says_where_and_when() -> None:
    assert len(PRICES) > 80
    assert all(price.source and price.as_of <= date(2026, 11, 30) for price in PRICES)


def test_the_bundled_table_is_as_we_would_write_it() -> None:
    assert table_text(PRICES) == BUNDLED.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("sku", "option", "as_of", "price"),
    [
        ("p5.48xlarge", PurchaseOption.ON_DEMAND, "2026-11-09", "6.88"),
        ("p5.48xlarge", PurchaseOption.CAPACITY_BLOCK, "2024-12-31", "4.916"),
        ("ND96isr_H100_v5", PurchaseOption.ON_DEMAND, "2026-11-09", "12.29"),
        ("8x H100 SXM5", PurchaseOption.ON_DEMAND, "2026-09-25", "3.99"),
        ("HGX B200", PurchaseOption.ON_DEMAND, "2026-09-20", "8.60"),
        ("H100 SXM (what several ask)", PurchaseOption.ON_DEMAND, "2024-10-31", "2.99"),
    ],
)
def test_the_published_prices_are_in_it(
    sku: str, option: PurchaseOption, as_of: str, price: str
) -> None:
    day = date.fromisoformat(as_of)
    found = [p for p in PRICES if (p.sku, p.purchase_option, p.as_of) == (sku, option, day)]
    assert [one.price.amount for one in found] == [Decimal(price)]


def test_the_contract_of_a_year_fell_and_rose() -> None:
    year = [p for p in PRICES if p.provider == "Contracts of a year" and p.term_months == 12]
    assert [(p.as_of, p.price.amount) for p in year] == [
        (date(2025, 10, 31), Decimal("1.70")),
        (date(2026, 3, 31), Decimal("2.35")),
    ]
    assert all(p.quality is Quality.INDEX for p in year)


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        (GOOD.replace("2026-11-09", ""), "column as_of: must be filled in"),
        (GOOD.replace("2026-11-09", "9 Nov"), "column as_of: must be a day such as 2026-01-31"),
        (GOOD.replace("6.88", "n/a"), 'price_per_gpu_hour: must be a number such as 12.50, not "n'),
        (GOOD.replace("6.88", "0"), 'price_per_gpu_hour: must be more than 0, not "0"'),
        (GOOD.replace("6.88", "-6.88"), "price_per_gpu_hour: must be more than 0, not"),
        (GOOD.replace("6.88", "NaN"), "price_per_gpu_hour: must be a number such as"),
        (GOOD.replace("6.88", ""), "has no price; fill in price_per_gpu_hour"),
        (GOOD.replace("on_demand", "ondemand"), "purchase_option: must be one of on_demand, spot"),
        (GOOD.replace("AWS", ""), "column provider: must be filled in"),
        (GOOD.replace(",8,", ",0,"), "column gpu_count: must be at least 1"),
        (GOOD.replace(",8,", ",8.0,"), "column gpu_count: must be a whole number such as 36"),
        (GOOD + ",more", "has 11 cells and the first line 10; a text with a comma in it stands"),
        ("AWS,p5.48xlarge", "has 2 cells and the first line 10"),
    ],
)
def test_a_bad_row_is_refused_with_file_line_column_and_remedy(
    tmp_path: Path, cells: str, complaint: str
) -> None:
    path = table(tmp_path / "prices.csv", GOOD, cells)
    with pytest.raises(ConfigError) as refusal:
        load_prices(path)
    assert complaint in str(refusal.value)
    assert str(refusal.value).startswith(f"{path}, line 3")


@pytest.mark.parametrize(
    ("column", "cell", "complaint"),
    [
        ("country", "Canada", 'must be a country\'s two letters such as CA, not "Canada"'),
        ("currency", "usd", '"usd" is no currency of ISO 4217; did you mean "USD"?'),
        ("fabric", "wifi", "must be one of none, eth, ib, nvl72"),
        ("unit_ok", "true", 'must be yes or no, not "true"'),
        ("upfront", "-1", "must be at least 0"),
    ],
)
def test_a_bad_cell_of_a_column_that_may_be_blank_is_refused(
    tmp_path: Path, column: str, cell: str, complaint: str
) -> None:
    header = f"{HEADER},{column}"
    assert len(load_prices(table(tmp_path / "prices.csv", f"{GOOD},", header=header))) == 1
    path = table(tmp_path / "prices.csv", f"{GOOD},{cell}", header=header)
    with pytest.raises(ConfigError) as refusal:
        load_prices(path)
    assert str(refusal.value).startswith(f"{path}, line 2, column {column}: {complaint}")


def test_every_problem_of_a_file_is_said_at_once(tmp_path: Path) -> None:
    bad = GOOD.replace("6.88", "x").replace("list", "rumour")
    path = table(tmp_path / "prices.csv", bad, GOOD, GOOD.replace("AWS", ""))
    with pytest.raises(ConfigError) as refusal:
        load_prices(path)
    assert [
        line.split(":")[0].removeprefix(f"{path}, ") for line in str(refusal.value).split("\n")
    ] == [
        "line 2, column price_per_gpu_hour",
        "line 2, column quality",
        "line 4, column provider",
    ]


def test_a_column_that_is_not_known_names_its_nearest_and_a_missing_one_is_named(
    tmp_path: Path,
) -> None:
    header = HEADER.replace("quality", "qualty")
    with pytest.raises(ConfigError) as refusal:
        load_prices(table(tmp_path / "prices.csv", GOOD, header=header))
    assert 'column qualty: is not known here; did you mean "quality"?' in str(refusal.value)
    assert "column quality: is missing; add it to the first line" in str(refusal.value)


def test_the_price_of_an_instance_is_divided_by_its_gpus(tmp_path: Path) -> None:
    header = HEADER.replace("price_per_gpu_hour", "price_per_instance_hour")
    (price,) = load_prices(table(tmp_path / "p.csv", GOOD.replace("6.88", "55.04"), header=header))
    assert price.price.amount == Decimal("6.88")
    assert price.instance_price is not None
    assert price.instance_price.amount == Decimal("55.04")


def test_two_prices_of_one_row_that_disagree_are_refused(tmp_path: Path) -> None:
    header = HEADER + ",price_per_instance_hour"
    for instance, agrees in (("21.957642", True), ("25.25174", False)):
        cells = GOOD.replace("6.88", "2.745") + f",{instance}"
        path = table(tmp_path / "prices.csv", cells, header=header)
        if agrees:
            assert len(load_prices(path)) == 1
        else:
            with pytest.raises(ConfigError, match=r"gpu_count 8 = 3\.156468; correct one of the"):
                load_prices(path)


def test_a_folder_is_read_whole_and_a_price_that_stands_twice_is_refused(tmp_path: Path) -> None:
    first = table(tmp_path / "a.csv", GOOD)
    table(tmp_path / "b.csv", GOOD.replace("2026-11-09", "2026-10-09"))
    assert [price.as_of.month for price in load_prices(tmp_path)] == [11, 10]
    third = table(tmp_path / "c.csv", GOOD.replace("data-receipts", "another"))
    with pytest.raises(ConfigError) as refusal:
        load_prices(tmp_path)
    assert str(refusal.value) == (
        f"{third}, line 2: AWS p5.48xlarge stands for 2026-11-09 in {first}, line 2 too;"
        " remove one of them"
    )


def test_every_problem_of_every_file_of_a_folder_is_said_at_once(tmp_path: Path) -> None:
    table(tmp_path / "a.csv", GOOD.replace("AWS", ""), GOOD.replace("6.88", "x"))
    table(tmp_path / "b.csv", GOOD, GOOD)
    table(tmp_path / "c.csv", GOOD.replace("6.88", '"6'))
    with pytest.raises(ConfigError) as refusal:
        load_prices(tmp_path)
    assert [line.split(": ")[0] for line in str(refusal.value).splitlines()] == [
        f"{tmp_path / 'a.csv'}, line 2, column provider",
        f"{tmp_path / 'a.csv'}, line 3, column price_per_gpu_hour",
        f"{tmp_path / 'b.csv'}, line 3",
        f"{tmp_path / 'c.csv'}, line 2",
    ]


def test_an_empty_folder_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no table"):
        load_prices(tmp_path)


@settings(deadline=None)
@given(st.lists(prices(), unique_by=lambda price: (price.series, price.as_of)))
def test_writing_and_reading_a_table_gives_the_same_prices(
    tmp_path_factory: pytest.TempPathFactory, some: list[CloudPrice]
) -> None:
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_text(table_text(some), encoding="utf-8", newline="")
    assert list(load_prices(path)) == some


def test_a_price_holds_from_the_day_on_which_it_is_both_known_and_in_force() -> None:
    known = date(2026, 11, 9)
    assert row().holds_from == known
    assert row(effective_from=date(2026, 11, 16)).holds_from == date(2026, 11, 16)
    assert row(effective_from=date(2025, 6, 1)).holds_from == known
