"""`bills.csv`: bills that cannot be, and bills that are remarked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fakes.accounts import COLO_BILL, Refusal, cad, spoil
from thirdshift_controller.costs.books.files.load import BooksFile, load_books

BILLS = "line,what,number,from_on,to_on,amount,currency,source\n"


def keep_bills(folder: Path, *rows: str) -> None:
    spoil(folder / "costs.toml", "[files]", '[files]\nbills = "bills.csv"')
    (folder / "bills.csv").write_text(BILLS + "\n".join(rows), encoding="utf-8")


def load(folder: Path) -> BooksFile:
    return load_books(folder / "costs.toml")


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
    file = load(folder)
    assert replace(file.books.bills[0], origin=COLO_BILL.origin) == replace(
        COLO_BILL, what="Colocation", number="1", amount=cad("1.5"), supplier=""
    )
    assert file.remarks == (
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
