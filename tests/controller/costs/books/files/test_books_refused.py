"""Books that cannot be: refused whole, each problem with file, line, column and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.accounts import Refusal, spoil
from thirdshift_controller.costs.books.files.load import load_books

CREDITS = "line,what,on,amount,source\n"


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
            'unit_price: must be a number such as 12.50, not "NaN"',
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
            'in August 2024",2024-08-15',
            'in August 2024",',
            "line 2, column as_of: must be filled in",
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
            "2026-01-01,99999,0.25",
            "line 2, column life_months: lasts beyond the end of the calendar",
        ),
        (
            "assets.csv",
            "2026-01-01,36,0.25",
            "9998-01-01,36,0.25",
            "line 2, column life_months: lasts beyond the end of the calendar",
        ),
        ("assets.csv", "1024,30000.00", "1024,1e90", "column unit_price: must lie between"),
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
            "line 3, column node_price: nodes with their cards cost 39,680,000.00 by this, and",
        ),
        (
            "assets.csv",
            "1024,30000.00",
            "1024,310000.00",
            "line 3, column node_price: H100 SXM cards are dearer at 310,000.00 each than",
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
            'currency = "QQQ"',
            'costs.toml, line 4: currency: "QQQ" is no currency of ISO 4217',
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
        (
            "costs.toml",
            'plans = "plans.csv"',
            'plans = "plans\\u0000.csv"',
            "files.plans: holds the unprintable character U+0000",
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
    spoil(folder / "plans.csv", "0.96", "96")
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
    assert told[-1] == "… and 184 more in budget.csv"


def test_a_credit_is_more_than_nothing(folder: Path, refusal: Refusal) -> None:
    spoil(folder / "costs.toml", "[files]", '[files]\ncredits = "credits.csv"')
    path = folder / "credits.csv"
    path.write_text(CREDITS + "gpu_cards,RMA 1,2026-05-18,30000,x\n", encoding="utf-8")
    assert load_books(folder / "costs.toml").books.credits[0].amount.shown() == "USD 30,000.00"
    spoil(path, "30000", "-30000")
    assert "credits.csv, line 2, column amount: must be more than 0" in refusal()
