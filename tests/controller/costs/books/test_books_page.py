"""What `docs/books.md` shows is what the loader reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fakes.accounts import NO_FACTS, months
from thirdshift_controller.costs.books.books import Basis, Method
from thirdshift_controller.costs.books.files import registers, tables
from thirdshift_controller.costs.books.files.load import BooksFile, load_books
from thirdshift_controller.costs.ledger.post import post
from thirdshift_controller.costs.posting import Charge, Line

PAGE = Path(__file__).parents[4] / "docs" / "books.md"
TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^## (\S+\.\w+)\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def documented(tmp_path: Path) -> BooksFile:
    """The documented files, as a reader of the page would save them."""
    for name, text in EXAMPLE.findall(TEXT):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return load_books(tmp_path / "costs.toml")


def test_the_documented_books_load(documented: BooksFile) -> None:
    books = documented.books
    assert [asset.price.shown() for asset in books.assets] == [
        "USD 9,600,000.00",
        "USD 2,800,000.00",
        "USD 576,000.00",
    ]
    assert [contract.basis for contract in books.contracts] == [Basis.KW_MONTH, Basis.PRICE_YEAR]
    assert (len(books.bills), len(books.credits), len(books.budget)) == (4, 1, 2)
    assert (len(books.plans), len(books.taxes), len(books.ranges)) == (1, 1, 1)
    assert documented.power is not None
    assert documented.prices is not None
    assert (documented.power.name, documented.prices.name) == ("power.toml", "prices")
    assert documented.remarks == ()


def test_the_documented_books_can_be_posted(documented: BooksFile) -> None:
    charges = {
        posting.charge
        for span in months(2026, 1, 6)
        for posting in post(documented.books, span, NO_FACTS, ())
    }
    assert charges == set(Charge) - {Charge.METERED}


@pytest.mark.parametrize("word", [*Line, *Basis, *Method])
def test_every_word_is_told(word: str) -> None:
    assert f"`{word}`" in TEXT


@pytest.mark.parametrize(
    ("file", "model"),
    [
        ("assets.csv", registers.AssetRow),
        ("exchange.csv", registers.RateRow),
        ("bills.csv", registers.BillRow),
        ("credits.csv", registers.CreditRow),
        ("budget.csv", registers.BudgetCells),
        ("plans.csv", registers.PlanRow),
    ],
)
def test_every_column_is_shown_or_optional(file: str, model: type[registers.Sourced]) -> None:
    shown = set(dict(EXAMPLE.findall(TEXT))[file].splitlines()[0].split(","))
    assert shown <= model.model_fields.keys()
    assert model.model_fields.keys() - shown <= {"as_of", "currency"}


def test_every_key_of_a_contract_and_of_the_files_is_shown() -> None:
    toml = dict(EXAMPLE.findall(TEXT))["costs.toml"]
    for model in (tables.ContractTable, tables.FilesTable, tables.TaxTable, tables.RangeTable):
        for key in model.model_fields:
            assert f"\n{key} = " in toml or key == "as_of"
