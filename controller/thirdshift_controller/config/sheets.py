"""Reads a CSV file into rows of a `Table`, whose fields are the columns.

What a row means is its model's business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from thirdshift_controller.config.complaints import Complaints, Fault
from thirdshift_controller.config.csv_lines import UNFILLED, read_lines
from thirdshift_controller.config.explain import explain
from thirdshift_controller.config.source import Table

R = TypeVar("R", bound=Table)
_MISSING = "missing"


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
    rows = complaints.attempt(path, lambda: tuple(_rows(path, model, faults)))
    if rows == () and not faults and not may_be_empty:
        faults.append(Fault(1, "", "there is no row under the columns; add one"))
    complaints.about(path, faults)
    return rows or ()


def _rows(path: Path, model: type[R], faults: list[Fault]) -> Iterator[Row[R]]:
    fields = model.model_fields
    required = [column for column, field in fields.items() if field.is_required()]
    for line, cells in read_lines(path, fields, required, faults):
        try:
            yield Row(line, model.model_validate(cells))
        except ValidationError as error:
            faults += _faults(line, model, error)


def _faults(line: int, model: type[Table], error: ValidationError) -> Iterator[Fault]:
    for found in error.errors(include_url=False):
        column = ".".join(map(str, found["loc"]))
        text = UNFILLED if found["type"] == _MISSING else explain(model, found)
        yield Fault(line, column, text)
