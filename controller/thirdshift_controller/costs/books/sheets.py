"""Reads one CSV file of the books row by row. What a row means is its model's business.

The first line names the columns, in any order; a column that may be left empty may be left out.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from thirdshift_controller.config.explain import explain, nearest
from thirdshift_controller.config.source import read_text
from thirdshift_controller.costs.books.complaints import Complaints, Fault

R = TypeVar("R", bound=BaseModel)
_Cells = list[str]


def read_sheet(path: Path, model: type[R], complaints: Complaints) -> tuple[tuple[int, R], ...]:
    """The rows that can be read, each with its line; the others are complained of."""
    text = complaints.attempt(path, lambda: read_text(path))
    if text is None:
        return ()
    faults: list[Fault] = []
    rows = tuple(_rows(text, model, faults))
    complaints.about(path, faults)
    return rows


def _rows(text: str, model: type[R], faults: list[Fault]) -> Iterator[tuple[int, R]]:
    lines = _lines(text, faults)
    first, columns = next(lines, (1, []))
    wrong = list(_header_faults(first, columns, model))
    faults += wrong
    for line, cells in () if wrong else lines:
        row = _row(line, columns, cells, model, faults)
        if row is not None:
            yield line, row


def _lines(text: str, faults: list[Fault]) -> Iterator[tuple[int, _Cells]]:
    """Each row that holds anything, with the line that it begins on."""
    reader = csv.reader(StringIO(text), strict=True)
    begins = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield begins, stripped
            begins = reader.line_num + 1
    except csv.Error as error:
        faults.append(Fault(begins, "", f'{error}; a text with a quote in it is "so ""quoted"""'))


def _header_faults(line: int, columns: _Cells, model: type[BaseModel]) -> Iterator[Fault]:
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
    line: int, columns: _Cells, cells: _Cells, model: type[R], faults: list[Fault]
) -> R | None:
    if len(cells) != len(columns):
        text = f"has {len(cells)} cells and the first line {len(columns)}"
        faults.append(Fault(line, "", f'{text}; a text with a comma in it stands in "quotes"'))
        return None
    filled = {column: cell for column, cell in zip(columns, cells, strict=True) if cell}
    try:
        return model.model_validate(filled)
    except ValidationError as error:
        for found in error.errors(include_url=False):
            column = ".".join(map(str, found["loc"]))
            faults.append(Fault(line, column, explain(model, found)))
        return None
