"""Our own table from somebody else's hand: rows that can be read, and a remark on each other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from controller.costs.market.files import traps, unaccounted
from thirdshift_controller.costs.market.importers.formats import FORMATS
from thirdshift_controller.costs.market.importers.remarks import Done, Imported, Trap
from thirdshift_controller.costs.market.importers.source import Given, SourceFile
from thirdshift_controller.costs.market.table import BUNDLED, load_prices

HEADER = "provider,sku,gpu_model,purchase_option,price_per_gpu_hour,currency,as_of,quality,source"
GOOD = "Ours,8x H100,H100,reserved,3.10,USD,2026-11-01,quote,letter of 1 November"


def taken(path: Path, *rows: str) -> Imported:
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return FORMATS["plain"].read(SourceFile.read(path), Given(date(2026, 11, 9), "own", "ours"))


def test_a_row_keeps_its_day_and_source_and_gets_the_licence_that_it_lacks(tmp_path: Path) -> None:
    (price,) = taken(tmp_path / "own.csv", GOOD).prices
    assert (price.as_of, price.source, price.licence) == (
        date(2026, 11, 1),
        "letter of 1 November",
        "own",
    )


def test_a_bad_row_is_dropped_with_its_reason_and_the_others_stay(tmp_path: Path) -> None:
    found = taken(
        tmp_path / "own.csv",
        GOOD.replace("2026-11-01", ""),
        GOOD,
        GOOD.replace("3.10", "-3.10").replace("quote", "rumour"),
        GOOD.replace("USD", "CAD").replace("8x", "16x"),
    )
    assert [price.price.currency for price in found.prices] == ["USD", "CAD"]
    assert traps(found) == {
        (Trap.NO_DATE, Done.DROPPED): 1,
        (Trap.NOT_A_NUMBER, Done.DROPPED): 1,
        (Trap.UNREADABLE, Done.DROPPED): 1,
        (Trap.CURRENCY, Done.MARKED): 1,
    }
    assert (found.rows, unaccounted(found)) == (4, 0)


def test_a_price_of_a_day_that_is_still_to_come_is_dropped(tmp_path: Path) -> None:
    found = taken(tmp_path / "own.csv", GOOD, GOOD.replace("2026-11-01", "2027-11-09"))
    assert [price.as_of for price in found.prices] == [date(2026, 11, 1)]
    assert traps(found) == {(Trap.FUTURE, Done.DROPPED): 1}


def test_the_bundled_table_comes_through_whole() -> None:
    given = Given(date(2026, 11, 9), "facts", "bundled")
    found = FORMATS["plain"].read(SourceFile.read(BUNDLED), given)
    assert [price.price for price in found.prices] == [price.price for price in load_prices()]
    assert found.remarks == ()
