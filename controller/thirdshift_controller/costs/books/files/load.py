"""`costs.toml` and the CSV files beside it; `docs/books.md` shows them.

All problems of all files are told at once. What is odd and yet may be so is a remark.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from thirdshift_controller.config.complaints import Complaints
from thirdshift_controller.config.source import Source, read_source
from thirdshift_controller.costs.books.books import Books
from thirdshift_controller.costs.books.files.reading import Registers, read_registers
from thirdshift_controller.costs.books.files.table_checks import rateless_contracts, table_problems
from thirdshift_controller.costs.books.files.tables import (
    CostsTables,
    FilesAlone,
    capital_of,
    contracts_of,
    ranges_of,
    taxes_of,
)
from thirdshift_controller.costs.books.remarks import remarks_on
from thirdshift_controller.costs.exchange import Exchange


@dataclass(frozen=True, slots=True)
class BooksFile:
    """The books, and where the other files about money are."""

    books: Books
    power: Path | None
    """Tariffs and meters of electricity."""
    prices: Path | None
    """The folder of the cloud's prices."""
    remarks: tuple[str, ...]
    """What a reader should know about the books before trusting them, a sentence each."""


def load_books(path: Path) -> BooksFile:
    """Read `costs.toml` and its registers. Raises `ConfigError` with every problem of all files."""
    source, complaints = read_source(path), Complaints()
    tables = complaints.attempt(path, lambda: source.fill(CostsTables))
    if tables is None:
        _look_at_registers(source, complaints)
        raise complaints.refusal
    registers = read_registers(tables.files, tables.currency, complaints)
    exchange = Exchange(registers.rates)
    problems = [*table_problems(tables)]
    if complaints.fine(tables.files.exchange):
        problems += rateless_contracts(tables, exchange)
    complaints.attempt(path, lambda: source.refuse(problems))
    complaints.refuse()
    books = _books(tables, source, registers, exchange)
    return BooksFile(books, tables.files.power, tables.files.prices, tuple(remarks_on(books)))


def _look_at_registers(source: Source, complaints: Complaints) -> None:
    """Of a file that is refused already, the registers are looked at all the same."""
    alone = Complaints().attempt(source.path, lambda: source.fill(FilesAlone))
    if alone is not None:
        read_registers(alone.files, "", complaints)


def _books(tables: CostsTables, source: Source, registers: Registers, exchange: Exchange) -> Books:
    return Books(
        currency=tables.currency,
        capital=capital_of(tables, source),
        assets=registers.assets,
        contracts=contracts_of(tables, source),
        exchange=exchange,
        taxes=taxes_of(tables, source),
        bills=registers.bills,
        credits=registers.credits,
        budget=registers.budget,
        plans=registers.plans,
        ranges=ranges_of(tables, source),
    )
