"""Rows of a CSV file and the lines that they stand on. What they mean is their model's business."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from thirdshift_controller.config import ConfigError, Table
from thirdshift_controller.config.explain import explain
from thirdshift_controller.config.source import read_text

R = TypeVar("R", bound=Table)
_MANY = 20
_ONE_MORE = "after the last"


@dataclass(frozen=True, slots=True)
class Row(Generic[R]):
    """One row."""

    line: int
    cells: R


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in a row, and what mends it."""

    line: int
    column: str
    text: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.text}"


def read_rows(path: Path, model: type[R]) -> tuple[Row[R], ...]:
    """Every row of a file whose columns are the model's fields, in their order.

    Raises `ConfigError` with file, line, column and remedy of every problem.
    """
    rows: list[Row[R]] = []
    problems: list[RowProblem] = []
    for line, cells in _cells(path, tuple(model.model_fields)):
        try:
            rows.append(Row(line, model.model_validate(cells)))
        except ValidationError as error:
            problems += _explained(model, error, line)
    refuse(path, problems)
    if not rows:
        raise ConfigError(f"{path}: there is no row under the columns; add one")
    return tuple(rows)


def refuse(path: Path, problems: Iterable[RowProblem]) -> None:
    """Raise `ConfigError` if there is any problem; of very many, the first are told."""
    lines = [f"{path}, {problem}" for problem in problems]
    more = [f"… and {len(lines) - _MANY} more"] if len(lines) > _MANY else []
    if lines:
        raise ConfigError("\n".join(lines[:_MANY] + more))


def _cells(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row by column, with the line that it ends on; of too few cells, as many as there are."""
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        if tuple(next(reader, ())) != columns:
            raise ConfigError(f"{path}, line 1: the columns must be {','.join(columns)}")
        for cells in reader:
            if cells:
                yield reader.line_num, dict(zip((*columns, _ONE_MORE), cells, strict=False))
    except csv.Error as error:
        text = f'{error}; a cell with a quote or a comma in it stands in "quotes"'
        raise ConfigError(f"{path}, line {reader.line_num}: {text}") from None


def _explained(model: type[Table], error: ValidationError, line: int) -> Iterator[RowProblem]:
    for found in error.errors(include_url=False):
        column = ".".join(str(part) for part in found["loc"])
        yield RowProblem(line, column, explain(model, found))
