"""The cells of our tables: text to value and back, and a CSV read by its columns' names.

All that is wrong with a file is said at once. What a row means is its table's business.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from thirdshift_controller.config import ConfigError
from thirdshift_controller.config.explain import nearest
from thirdshift_controller.config.source import read_text

MOST_SHOWN = 20
Cell = Callable[[str], object]
"""Reads a cell that is not blank. Raises `ValueError` that says what it must be."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    read: Cell
    required: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a file."""

    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place, with one cell of it or with all."""

    place: Place
    what: str
    column: str | None = None

    def __str__(self) -> str:
        column = f", column {self.column}" if self.column else ""
        return f"{self.place}{column}: {self.what}"


def number(cell: str) -> Decimal:
    """A finite number of zero or more."""
    try:
        value = Decimal(cell)
    except InvalidOperation:
        raise ValueError(f'must be a number such as 3.99, not "{cell}"') from None
    if not value.is_finite():
        raise ValueError(f'must be a finite number, not "{cell}"')
    if value < 0:
        raise ValueError(f'must not be negative, but is "{cell}"')
    return value


def amount(cell: str) -> Decimal:
    """A finite number above zero."""
    value = number(cell)
    if not value:
        raise ValueError(f'must be more than 0, not "{cell}"')
    return value


def count(cell: str) -> int:
    """A whole number of one or more."""
    if not (cell.isascii() and cell.isdigit()) or not int(cell):
        raise ValueError(f'must be a whole number of at least 1, not "{cell}"')
    return int(cell)


def day(cell: str) -> date:
    """A day as 2026-11-09."""
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise ValueError(f'must be a day such as 2026-11-09, not "{cell}"') from None


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
) -> tuple[list[tuple[Place, T]], list[Problem]]:
    """Every row of a CSV file as `make` makes it, with its place; and what is wrong with the rest.

    `make` gets the cells that are not blank and may raise `ValueError`. Raises `ConfigError` where
    the file cannot be read or its first line names other columns.
    """
    made: list[tuple[Place, T]] = []
    problems: list[Problem] = []
    for place, cells in _lines(path, columns):
        values, wrong = _values(place, cells, columns)
        problems.extend(wrong)
        try:
            if not wrong:
                made.append((place, make(values)))
        except ValueError as error:
            problems.append(Problem(place, str(error)))
    return made, problems


def refuse(problems: Sequence[Problem]) -> None:
    """Raise `ConfigError` if there is any problem; of very many, the first are said."""
    if problems:
        lines = [str(problem) for problem in problems[:MOST_SHOWN]]
        more = len(problems) - MOST_SHOWN
        raise ConfigError("\n".join([*lines, f"… and {more} more"] if more > 0 else lines))


def _lines(
    path: Path, columns: Sequence[Column]
) -> Iterator[tuple[Place, Mapping[str | None, object]]]:
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""))
    refuse(list(_header_problems(Place(path, 1), reader.fieldnames or (), columns)))
    try:
        for cells in reader:
            yield Place(path, reader.line_num), cells
    except csv.Error as error:
        refuse([Problem(Place(path, reader.line_num), f"is not CSV: {error}; write it anew")])


def _header_problems(
    place: Place, header: Sequence[str], columns: Sequence[Column]
) -> Iterator[Problem]:
    known = [column.name for column in columns]
    for name in header:
        if name not in known:
            yield Problem(place, f"is not known here; {nearest(name, known)}", name)
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield Problem(place, "stands twice; remove one", name)
    for column in columns:
        if column.required and column.name not in header:
            yield Problem(place, "is missing; add it to the first line", column.name)


def _values(
    place: Place, cells: Mapping[str | None, object], columns: Sequence[Column]
) -> tuple[dict[str, object], list[Problem]]:
    if None in cells or None in cells.values():
        return {}, [Problem(place, "must have one cell for each column")]
    values: dict[str, object] = {}
    problems: list[Problem] = []
    for column in columns:
        cell = str(cells.get(column.name, "")).strip()
        try:
            if cell:
                values[column.name] = column.read(cell)
            elif column.required:
                problems.append(Problem(place, "must be filled in", column.name))
        except ValueError as error:
            problems.append(Problem(place, str(error), column.name))
    return values, problems


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
