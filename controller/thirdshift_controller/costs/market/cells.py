"""The cells of our tables: text to value and back, and a CSV read by its columns' names.

Apart from `config/sheets`, which does the same by pydantic's models: a year of a cloud's catalogue
has 40,000 rows, for which those are too slow. Lines and complaints are the same. What a row means
is its table's business.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from thirdshift_controller.config.complaints import Fault
from thirdshift_controller.config.csv_lines import UNFILLED, read_lines
from thirdshift_controller.config.fields import number_of

Cell = Callable[[str], object]
"""Reads a cell that is not blank. Raises `ValueError` that says what it must be."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    read: Cell
    required: bool = False


def number(cell: str) -> Decimal:
    """A number of zero or more."""
    value = number_of(cell)
    if value < 0:
        raise ValueError(f'must not be negative, but is "{cell}"')
    return value


def amount(cell: str) -> Decimal:
    """A number above zero."""
    value = number(cell)
    if not value:
        raise ValueError(f'must be more than 0, not "{cell}"')
    return value


def count(cell: str) -> int:
    """A whole number of one or more."""
    if not (cell.isascii() and cell.isdigit()) or not int(cell):
        raise ValueError(f'must be a whole number of at least 1, not "{cell}"')
    return int(cell)


def yes_or_no(cell: str) -> bool:
    """`yes` or `no`."""
    if cell not in ("yes", "no"):
        raise ValueError(f'must be yes or no, not "{cell}"')
    return cell == "yes"


def letters(how_many: int) -> Cell:
    """A code of so many capital letters, such as USD or CA."""

    def read(cell: str) -> str:
        if len(cell) != how_many or not (cell.isascii() and cell.isalpha() and cell.isupper()):
            raise ValueError(f'must be {how_many} capital letters, not "{cell}"')
        return cell

    return read


def word(words: type[StrEnum]) -> Cell:
    """One of a set of words."""

    def read(cell: str) -> StrEnum:
        try:
            return words(cell)
        except ValueError:
            known = ", ".join(words)
            raise ValueError(f'must be one of {known}, not "{cell}"') from None

    return read


def rows(
    path: Path, columns: Sequence[Column], make: Callable[[Mapping[str, object]], T]
) -> tuple[list[tuple[int, T]], list[Fault]]:
    """Every row of a CSV file as `make` makes it, with its line; and what is wrong with the rest.

    `make` gets the cells that are not blank and may raise `ValueError`. Raises `ConfigError` where
    the file cannot be read, is no CSV or has other columns.
    """
    made: list[tuple[int, T]] = []
    faults: list[Fault] = []
    known = [column.name for column in columns]
    required = [column.name for column in columns if column.required]
    for line, cells in read_lines(path, known, required, faults):
        values, wrong = _values(line, cells, columns)
        faults += wrong
        try:
            if not wrong:
                made.append((line, make(values)))
        except ValueError as error:
            faults.append(Fault(line, "", str(error)))
    return made, faults


def _values(
    line: int, cells: Mapping[str, str], columns: Sequence[Column]
) -> tuple[dict[str, object], list[Fault]]:
    values: dict[str, object] = {}
    faults: list[Fault] = []
    for column in columns:
        cell = cells.get(column.name)
        try:
            if cell is not None:
                values[column.name] = column.read(cell)
            elif column.required:
                faults.append(Fault(line, column.name, UNFILLED))
        except ValueError as error:
            faults.append(Fault(line, column.name, str(error)))
    return values, faults


def shown(value: object) -> str:
    """The cell that reads back as a value; `None` is a blank one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def csv_text(header: Sequence[str], lines: Sequence[Sequence[object]]) -> str:
    """A CSV file as we write it: by names, one line a row, ended by a newline."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([shown(value) for value in line] for line in lines)
    return out.getvalue()
