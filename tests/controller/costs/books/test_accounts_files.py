"""`costs.toml` and its registers: what is read, refused with file and line, and remarked."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.accounts import COLO_BILL, TORONTO_1024, cad
from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.books.books import Basis, Method
from thirdshift_controller.costs.books.files import Accounts, load_accounts
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import Line

BILLS = "line,what,number,from_on,to_on,amount,currency,source\n"
CREDITS = "line,what,on,amount,source\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped example, to be spoiled."""
    copy = tmp_path / "books"
    shutil.copytree(TORONTO_1024, copy)
    return copy


Refusal = Callable[[], str]


@pytest.fixture
def refusal(folder: Path) -> Refusal:
    def told() -> str:
        with pytest.raises(ConfigError) as error:
            load_accounts(folder / "costs.toml")
        return str(error.value).replace(f"{folder}/", "")

    return told


def spoil(path: Path, good: str, bad: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert good in text
    path.write_text(text.replace(good, bad, 1), encoding="utf-8")


def keep_bills(folder: Path, *rows: str) -> None:
    spoil(folder / "costs.toml", "[files]", '[files]\nbills = "bills.csv"')
    (folder / "bills.csv").write_text(BILLS + "\n".join(rows), encoding="utf-8")


def load(folder: Path) -> Accounts:
    return load_accounts(folder / "costs.toml")


def test_the_example_is_read_with_where_each_figure_stands(folder: Path) -> None:
    books = load(folder).books
    servers = books.assets[1]
    assert servers.line is Line.NODES
    assert servers.unit_price.shown() == "USD 70,000.00"
    assert servers.method is Method.STRAIGHT_LINE
    assert (servers.origin.file, servers.origin.line) == ("assets.csv", 3)
    assert servers.origin.as_of == date(2024, 8, 15)
    colo = books.contracts[0]
    assert (colo.basis, colo.quantity) == (Basis.KW_MONTH, Decimal("1415.6"))
    text = (folder / "costs.toml").read_text(encoding="utf-8").splitlines()
    assert colo.origin.file == "costs.toml"
    assert text[(colo.origin.line or 0) - 1] == "[[contracts]]"
    assert books.capital.origin == Origin(
        "assumption: 8 to 14 % is usual for a mix of own money and debt",
        date(2026, 11, 1),
        "costs.toml",
        text.index("[capital]") + 1,
    )


def test_other_files_are_found_beside_it(folder: Path) -> None:
    accounts = load(folder)
    assert accounts.power == folder / "power.toml"
    assert accounts.prices == folder / "prices"
    assert accounts.remarks == ()


def test_only_assets_are_needed(folder: Path) -> None:
    toml = folder / "costs.toml"
    for name in ("exchange", "budget", "plans"):
        spoil(toml, f'{name} = "{name}.csv"\n', "")
    spoil(toml, 'currency = "CAD"\n', "")
    books = load(folder).books
    assert (books.exchange.rates, books.budget, books.plans) == ((), (), ())
    spoil(toml, 'assets = "assets.csv"\n', "")
    with pytest.raises(ConfigError, match=r"files\.assets: is missing; add it here"):
        load(folder)


def test_columns_may_stand_in_any_order_and_optional_ones_be_left_out(folder: Path) -> None:
    (folder / "assets.csv").write_text(
        "source,as_of,name,line,life_months,residual_ratio,bought_on,in_service_on,unit_price,quantity\n"
        '"an invoice, paid",2026-01-01,Cards,gpu_cards,36,0.25,2026-01-01,2026-01-01,30000,8\n'
        ",,,,,,,,,\n\n"
        '"two\nlines",2026-01-01,Racks,racks,36,0,2026-01-01,2026-01-01,9000,1\n'
        "quote,2026-01-01,More racks,racks,36,0,2026-01-01,2026-01-01,9000,1\n",
        encoding="utf-8-sig",
    )
    cards, racks, more = load(folder).books.assets
    assert cards.origin.source == "an invoice, paid"
    assert cards.unit_price.currency == "USD"
    assert (cards.supplier, cards.method) == ("", Method.STRAIGHT_LINE)
    assert [asset.origin.line for asset in (cards, racks, more)] == [2, 5, 7]


@pytest.mark.parametrize(
    ("file", "good", "bad", "complaint"),
    [
        (
            "assets.csv",
            "1024,30000.00,USD",
            "1024,30000.00,US",
            'line 2, column currency: "US" is no',
        ),
        (
            "assets.csv",
            "1024,30000.00,USD",
            "1024,30000.00,usd",
            'of ISO 4217; did you mean "USD"?',
        ),
        (
            "assets.csv",
            "1024,30000.00",
            "1024,thirty",
            "column unit_price: must be a number such as",
        ),
        (
            "assets.csv",
            "1024,30000.00",
            "1024,NaN",
            'unit_price: must be a number such as 30000.00, not "NaN"',
        ),
        ("assets.csv", "1024,30000.00", "1024,-1", "line 2, column unit_price: must be at least 0"),
        (
            "assets.csv",
            "1024,30000.00",
            "0,30000.00",
            "line 2, column quantity: must be at least 1",
        ),
        ("assets.csv", "1024,30000.00", "1e3,30000.00", "column quantity: must be a whole number"),
        (
            "assets.csv",
            'at 310,000",2024-08-15',
            'at 310,000",',
            "line 2, column as_of: is missing; add",
        ),
        (
            "assets.csv",
            "01-01,36,0.25",
            "01-01,0,0.25",
            "line 2, column life_months: must be at least 1",
        ),
        ("assets.csv", "01-01,36,0.25", "01-01,36,25", "column residual_ratio: must be at most 1"),
        (
            "assets.csv",
            "2026-01-01,36,0.25",
            "2025-12-31,36,0.25",
            "line 2, column in_service_on: is before 2026-01-01",
        ),
        (
            "assets.csv",
            "2026-01-01,36,0.25",
            "2026-02-30,36,0.25",
            'must be a day such as 2026-01-31, not "2026-02-30"',
        ),
        (
            "assets.csv",
            "gpu_cards",
            "gpu_card",
            'line 2, column line: "gpu_card" is no line of the books; did you',
        ),
        (
            "assets.csv",
            "straight_line",
            "line",
            "line 2, column method: must be one of straight_line,",
        ),
        (
            "assets.csv",
            "name,line",
            "nam,line",
            'line 1, column nam: is not known here; did you mean "name"?',
        ),
        (
            "assets.csv",
            "name,line",
            "nam,line",
            "line 1, column name: is missing; add it to the first line",
        ),
        ("assets.csv", "node_price,source", "source,source", "line 1, column source: stands twice"),
        (
            "assets.csv",
            "H100 SXM cards,",
            "H100, cards,",
            "line 2: has 15 cells and the first line 14",
        ),
        ("assets.csv", "H100 SXM cards", '"H100 "SXM cards', "line 2: "),
        (
            "assets.csv",
            "H100 SXM cards",
            "Spares",
            "line 10, column name: this name stands in line 2 too",
        ),
        ("assets.csv", "128,70000.00", "128,0", "line 3, column unit_price: must be more than 0"),
        (
            "assets.csv",
            "128,70000.00",
            "128,71000.00",
            "line 3, column node_price: 128 nodes at 310,000.00 are 39,680,000.00, but",
        ),
        (
            "assets.csv",
            "1024,30000.00",
            "1024,310000.00",
            "line 3, column node_price: a card of H100 SXM cards is dearer at 310,000.00 than",
        ),
        (
            "assets.csv",
            "1024,30000.00,USD",
            "1024,30000.00,EUR",
            "line 2, column currency: no rate of exchange between EUR and USD is known by 2026",
        ),
        (
            "exchange.csv",
            "CAD,1.4064,2026-01-01",
            "CAD,0,2026-01-01",
            "line 2, column rate: must be more than 0",
        ),
        (
            "exchange.csv",
            "CAD,1.4064,2026-01-01",
            "USD,1,2026-01-01",
            "line 2, column quote: is USD, as base is",
        ),
        (
            "exchange.csv",
            "2026-01-01",
            "2026-09-22",
            "line 3: a rate of this pair and day stands in line 2 too",
        ),
        (
            "budget.csv",
            "2026-01,gpu_cards",
            "2026-01,cards",
            'budget.csv, line 2, column line: "cards" is no line',
        ),
        (
            "budget.csv",
            "2026-01,gpu_cards",
            "2026-1,gpu_cards",
            "column month: must be a month such as 2026-01",
        ),
        (
            "budget.csv",
            "2026-01,gpu_cards",
            "2026-01,nodes",
            "budget.csv, line 3: a budget of this month and line stands in line 2 too",
        ),
        (
            "plans.csv",
            "2026-01",
            "2026-02",
            "plans.csv, line 3, column month: a plan of this month stands in line 2",
        ),
        (
            "costs.toml",
            'currency = "USD"',
            'currency = "XXX"',
            'costs.toml, line 4: currency: "XXX" is no currency of ISO 4217',
        ),
        (
            "costs.toml",
            'amount = "150.00"',
            "amount = 150.00",
            'contracts.amount: must stand in quotes to stay exact: write "150.0"',
        ),
        (
            "costs.toml",
            'basis = "hour"',
            'basis = "hours"',
            "contracts.basis: must be one of month, year, hour,",
        ),
        (
            "costs.toml",
            'amount = "0.02"',
            'amount = "2"',
            'contracts.amount: is a ratio: write 2 % as "0.02"',
        ),
        (
            "costs.toml",
            'of = ["gpu_cards", "nodes"]',
            "",
            "contracts.of: is missing; name the lines",
        ),
        (
            "costs.toml",
            'quantity = "2"',
            'of = ["nodes"]',
            'contracts.of: goes only with basis = "price_year"',
        ),
        (
            "costs.toml",
            'name = "Transit"',
            'name = "Engineers"',
            'contracts.name: "Engineers" stands above',
        ),
        (
            "costs.toml",
            'quantity = "2"',
            'from_on = "2026-02-01"\nto_on = "2026-02-01"',
            "contracts.to_on: must be after from_on, 2026-02-01",
        ),
        (
            "costs.toml",
            'currency = "CAD"',
            'currency = "EUR"',
            "contracts.currency: no rate of exchange between EUR and USD",
        ),
        ("costs.toml", 'low = "2"', 'low = "6"', "ranges.high: must be at least low, 6"),
        ("costs.toml", "[capital]", "[kapital]", "kapital: is not known here"),
        (
            "costs.toml",
            'plans = "plans.csv"',
            'plans = "plan.csv"',
            "plan.csv: there is no such file",
        ),
    ],
)
def test_a_bad_entry_is_refused_with_file_line_column_and_remedy(
    folder: Path, refusal: Refusal, file: str, good: str, bad: str, complaint: str
) -> None:
    spoil(folder / file, good, bad)
    told = refusal()
    assert complaint in told
    assert all(" line " in line or "no such file" in line for line in told.splitlines())


def test_all_problems_of_all_files_are_told_at_once(folder: Path, refusal: Refusal) -> None:
    spoil(folder / "costs.toml", 'basis = "hour"', 'basis = "hours"')
    spoil(folder / "costs.toml", 'low = "2"', "low = 2.5")
    spoil(folder / "assets.csv", "1024,30000.00", "none,dear")
    spoil(folder / "assets.csv", "48,36000.00", "-48,36000.00")
    spoil(folder / "exchange.csv", "1.4064", "-1")
    spoil(folder / "plans.csv", "0.97", "97")
    told = refusal()
    places = [line.split(":")[0] for line in told.splitlines()]
    assert [place.split(",")[0] for place in places] == [
        *["costs.toml"] * 2,
        *["assets.csv"] * 3,
        "exchange.csv",
        "plans.csv",
    ]
    assert "assets.csv, line 4, column quantity: must be a whole number" in told


def test_of_very_many_problems_the_first_are_told(folder: Path, refusal: Refusal) -> None:
    path = folder / "budget.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2026-", "26-"), encoding="utf-8")
    told = refusal().splitlines()
    assert len(told) == 21
    assert told[-1] == "… and 172 more in budget.csv"


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        (
            (
                "colo,Colocation,1,2026-09-01,2026-10-01,9,,x",
                "colo,Colocation,2,2026-09-30,2026-11-01,9,,x",
            ),
            "line 3, column from_on: overlaps bill 1 in line 2, for the same colo",
        ),
        (
            ("colo,,1,2026-09-01,2027-10-01,9,,x", "colo,Colocation,2,2026-12-01,2027-01-01,9,,x"),
            "line 3, column from_on: overlaps bill 1",
        ),
        (("colo,,1,2026-09-01,2026-09-01,9,,x",), "line 2, column to_on: must be after 2026-09-01"),
        (
            ("spares,Spares,1,2026-09-01,2026-10-01,9,,x",),
            'line 2, column what: "Spares" is an asset',
        ),
        (
            ("colo,,1,2025-09-01,2025-10-01,9,CAD,x",),
            "line 2, column currency: no rate of exchange",
        ),
    ],
)
def test_bills_that_cannot_be_are_refused(
    folder: Path, refusal: Refusal, rows: tuple[str, ...], complaint: str
) -> None:
    keep_bills(folder, *rows)
    assert f"bills.csv, {complaint}" in refusal()


def test_bills_of_other_matters_may_overlap(folder: Path) -> None:
    keep_bills(
        folder,
        "colo,Colocation,1,2026-09-01,2026-10-01,1.5,CAD,x",
        "colo,Cross-connects,2,2026-09-01,2026-10-01,-9,,x",
        "electricity,,3,2026-09-01,2026-10-01,9,,x",
    )
    accounts = load(folder)
    assert replace(accounts.books.bills[0], origin=COLO_BILL.origin) == replace(
        COLO_BILL, what="Colocation", number="1", amount=cad("1.5"), supplier=""
    )
    assert accounts.remarks == (
        "colo, Cross-connects: bill 2 (x; bills.csv, line 3) names none of the line's contracts"
        " (Colocation), so it is added to what they cost.",
    )


def test_a_month_that_nobody_billed_is_remarked(folder: Path) -> None:
    keep_bills(
        folder,
        "colo,Colocation,3,2026-11-01,2026-12-01,9,,x",
        "colo,Colocation,1,2026-09-01,2026-10-01,9,,x",
    )
    assert load(folder).remarks == (
        "colo, Colocation: no bill covers 2026-10-01 to 2026-11-01 (x; bills.csv, line 2); what was"
        " reckoned stands.",
    )


def test_a_credit_is_more_than_nothing(folder: Path, refusal: Refusal) -> None:
    spoil(folder / "costs.toml", "[files]", '[files]\ncredits = "credits.csv"')
    path = folder / "credits.csv"
    path.write_text(CREDITS + "gpu_cards,RMA 1,2026-05-18,30000,x\n", encoding="utf-8")
    assert load(folder).books.credits[0].amount.shown() == "USD 30,000.00"
    spoil(path, "30000", "-30000")
    assert "credits.csv, line 2, column amount: must be more than 0" in refusal()


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing_but_their_lines(folder: Path, random: object) -> None:
    rows = (TORONTO_1024 / "assets.csv").read_text(encoding="utf-8").splitlines()
    mixed = [rows[0], *random.sample(rows[1:], len(rows) - 1)]  # type: ignore[attr-defined]
    (folder / "assets.csv").write_text("\n".join(mixed), encoding="utf-8")
    by_name = {asset.name: asset.price for asset in load(folder).books.assets}
    assert by_name == {asset.name: asset.price for asset in load(TORONTO_1024).books.assets}
