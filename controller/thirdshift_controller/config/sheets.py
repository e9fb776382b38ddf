"""Reads a CSV file into rows of a `Table`, whose fields are the columns; and writes one.

The first line names the columns, in any order; a column that may be left empty may be left out.
What a row means is its model's business.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from thirdshift_controller.config.complaints import Complaints, Fault, refuse
from thirdshift_controller.config.explain import explain, nearest
from thirdshift_controller.config.source import Table, read_text

R = TypeVar("R", bound=Table)
_Line = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Row(Generic[R]):
    """One row."""

    line: int
    """Of the file, on which it begins."""
    cells: R


def read_sheet(
    path: Path, model: type[R], complaints: Complaints, *, may_be_empty: bool = True
) -> tuple[Row[R], ...]:
    """The rows that can be read; the others, or the whole file, are complained of."""
    faults: list[Fault] = []
    rows = complaints.attempt(path, lambda: read_rows(path, model, faults))
    if rows == () and not faults and not may_be_empty:
        faults.append(Fault(1, "", "there is no row under the columns; add one"))
    complaints.about(path, faults)
    return rows or ()


def read_rows(path: Path, model: type[R], faults: list[Fault]) -> tuple[Row[R], ...]:
    """The rows that can be read; what is wrong with the others goes to `faults`.

    Raises `ConfigError` where the file cannot be read, is no CSV or has other columns.
    """
    lines = _lines(path)
    first, columns = next(lines, (1, []))
    refuse(path, _column_faults(first, columns, model))
    rows = (_row(line, columns, cells, model, faults) for line, cells in lines)
    return tuple(row for row in rows if row is not None)


def _lines(path: Path) -> Iterator[_Line]:
    """Each row that holds anything, with the line that it begins on."""
    reader = csv.reader(StringIO(read_text(path), newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield begins, stripped
            begins = reader.line_num + 1
    except csv.Error as error:
        remedy = 'a text with a quote in it is "so ""quoted"""'
        refuse(path, [Fault(begins, "", f"{error}; {remedy}")])


def _column_faults(line: int, columns: list[str], model: type[Table]) -> Iterator[Fault]:
    known = model.model_fields
    for position, column in enumerate(columns):
        if column not in known:
            yield Fault(line, column, f"is not known here; {nearest(column, known)}")
        if column in columns[:position]:
            yield Fault(line, column, "stands twice; take one away")
    for column, field in known.items():
        if field.is_required() and column not in columns:
            yield Fault(line, column, "is missing; add it to the first line")


def _row(
    line: int, columns: list[str], cells: list[str], model: type[R], faults: list[Fault]
) -> Row[R] | None:
    if len(cells) != len(columns):
        text = f"has {len(cells)} cells and the first line {len(columns)}"
        faults.append(Fault(line, "", f'{text}; a text with a comma in it stands in "quotes"'))
        return None
    filled = {column: cell for column, cell in zip(columns, cells, strict=True) if cell}
    try:
        return Row(line, model.model_validate(filled))
    except ValidationError as error:
        faults += _faults(line, model, error)
        return None


def _faults(line: int, model: type[Table], error: ValidationError) -> Iterator[Fault]:
    for found in error.errors(include_url=False):
        column = ".".join(map(str, found["loc"]))
        blank = found["type"] == "missing"
        yield Fault(line, column, "must be filled in" if blank else explain(model, found))


def sheet_text(header: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    """The whole file, as RFC 4180 has it but with a line feed alone at each end."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    return text.getvalue()
