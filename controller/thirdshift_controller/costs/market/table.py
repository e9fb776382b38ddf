"""The stored form of prices: plain CSV files, read with every problem said, written reproducibly.

A place is one file or a folder of them; the table that comes with the program is the default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from pathlib import Path

from thirdshift_controller.config import ConfigError
from thirdshift_controller.config.complaints import Complaints, Fault, refuse
from thirdshift_controller.config.sheets import Row, read_rows, read_sheet
from thirdshift_controller.costs.market.price_row import PriceRow
from thirdshift_controller.costs.market.record import CloudPrice
from thirdshift_controller.costs.market.writing import csv_text
from thirdshift_controller.disk import put

BUNDLED = Path(str(files("thirdshift_controller.costs.market") / "cloud_prices.csv"))


def load_prices(place: Path = BUNDLED) -> tuple[CloudPrice, ...]:
    """Every price of a file, or of the CSV files of a folder, oldest file name first.

    Raises `ConfigError` with file, line, column and remedy of every problem: a bad cell, or a
    price of one series that stands twice for one day.
    """
    complaints = Complaints()
    found = {path: read_sheet(path, PriceRow, complaints) for path in tables_of(place)}
    prices = {path: _prices(rows) for path, rows in found.items()}
    for path, fault in _duplicates(prices):
        complaints.about(path, [fault])
    complaints.refuse()
    return tuple(price for of_file in prices.values() for _, price in of_file)


def tables_of(place: Path) -> list[Path]:
    """The CSV files of a place, by name. Raises `ConfigError` where there is none."""
    if not place.is_dir():
        return [place]
    found = sorted(place.glob("*.csv"))
    if not found:
        raise ConfigError(f"{place} holds no table; put one there with `prices import`")
    return found


def read_table(path: Path) -> list[CloudPrice]:
    """The prices of one file. Raises `ConfigError` with every problem."""
    faults: list[Fault] = []
    rows = read_rows(path, PriceRow, faults)
    refuse(path, faults)
    return [row.cells.value for row in rows]


def table_text(prices: Iterable[CloudPrice]) -> str:
    """The CSV file of these prices; reading it gives them back."""
    return csv_text(PriceRow.model_fields, (_cells(price) for price in prices))


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file so that nobody ever reads a part of it. Raises `ConfigError`."""
    try:
        return put(path, content)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from None


def _prices(rows: Iterable[Row[PriceRow]]) -> list[tuple[int, CloudPrice]]:
    return [(row.line, row.cells.value) for row in rows]


def _duplicates(
    prices: Mapping[Path, list[tuple[int, CloudPrice]]],
) -> Iterator[tuple[Path, Fault]]:
    """Prices whose series has another one on their day, in whichever of the files."""
    first: dict[object, tuple[Path, int]] = {}
    for path, of_file in prices.items():
        for line, price in of_file:
            here = path, line
            other, other_line = first.setdefault((price.series, price.as_of), here)
            if (other, other_line) != here:
                text = f"{price.provider} {price.sku} stands for {price.as_of} in {other}"
                remedy = f"line {other_line} too; remove one of them"
                yield path, Fault(line, "", f"{text}, {remedy}")


def _cells(price: CloudPrice) -> list[object]:
    money: dict[str, object] = {
        "upfront": price.upfront and price.upfront.amount,
        "price_per_instance_hour": price.instance_price and price.instance_price.amount,
        "price_per_gpu_hour": price.price.amount,
        "currency": price.price.currency,
    }
    return [
        money[column] if column in money else getattr(price, column)
        for column in PriceRow.model_fields
    ]
