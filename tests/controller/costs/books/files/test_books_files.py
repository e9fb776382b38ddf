"""`costs.toml` and its registers: what is read from them, and from where."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.accounts import TORONTO_1024, spoil
from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.books.books import Basis, Method
from thirdshift_controller.costs.books.files.load import BooksFile, load_books
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.posting import Line

ASSETS = (TORONTO_1024 / "assets.csv").read_text(encoding="utf-8").splitlines()
NOWHERE = Origin("")


def load(folder: Path) -> BooksFile:
    return load_books(folder / "costs.toml")


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
    power = 'power = "power.toml"\n'
    spoil(folder / "costs.toml", power, f'{power}prices = "prices"\n')
    file = load(folder)
    assert file.power == folder / "power.toml"
    assert file.prices == folder / "prices"
    assert file.remarks == ()


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


def test_nodes_of_two_kinds_tie_to_the_cards_of_their_purchase(folder: Path) -> None:
    spoil(folder / "assets.csv", "128,70000.00", "64,70000.00")
    bigger = ASSETS[2].replace("Servers", "More servers").replace("128,70000.00", "64,90000.00")
    with (folder / "assets.csv").open("a", encoding="utf-8") as file:
        file.write(bigger.replace("310000.00", "330000.00"))
    assert len(load(folder).books.assets) == len(ASSETS)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.permutations(ASSETS[1:]))
def test_the_order_of_rows_changes_nothing_but_their_lines(folder: Path, rows: list[str]) -> None:
    (folder / "assets.csv").write_text("\n".join([ASSETS[0], *rows]), encoding="utf-8")
    mixed, kept = (
        {asset.name: replace(asset, origin=NOWHERE) for asset in load(books).books.assets}
        for books in (folder, TORONTO_1024)
    )
    assert mixed == kept
