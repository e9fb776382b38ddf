"""Reads a CSV file line by line into cells by column. What a cell means is its reader's business.

The first line names the columns, in any order; a column that may be left empty may be left out.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from io import StringIO
from pathlib import Path

from thirdshift_controller.config.complaints import Fault, refuse
from thirdshift_controller.config.explain import nearest
from thirdshift_controller.config.source import read_text

UNFILLED = "must be filled in"
"""What is wrong with a blank cell of a column that is required."""
_Line = tuple[int, list[str]]


def read_lines(
    path: Path, known: Collection[str], required: Collection[str], faults: list[Fault]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The filled cells of each row by column, with the line that the row begins on.

    Rows of too few or too many cells go to `faults`, blank ones are passed over. Raises
    `ConfigError` where the file cannot be read, is no CSV or has other columns.
    """
    lines = _lines(path)
    first, columns = next(lines, (1, []))
    refuse(path, _column_faults(first, columns, known, required))
    for line, cells in lines:
        if len(cells) == len(columns):
            yield line, {name: cell for name, cell in zip(columns, cells, strict=True) if cell}
        else:
            text = f"has {len(cells)} cells and the first line {len(columns)}"
            faults.append(Fault(line, "", f'{text}; a text with a comma in it stands in "quotes"'))


def _lines(path: Path) -> Iterator[_Line]:
    """Each row that holds anything."""
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


def _column_faults(
    line: int, columns: Sequence[str], known: Collection[str], required: Collection[str]
) -> Iterator[Fault]:
    for position, column in enumerate(columns):
        if column not in known:
            yield Fault(line, column, f"is not known here; {nearest(column, known)}")
        if column in columns[:position]:
            yield Fault(line, column, "stands twice; take one away")
    for column in required:
        if column not in columns:
            yield Fault(line, column, "is missing; add it to the first line")
