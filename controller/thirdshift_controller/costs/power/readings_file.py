"""The hall's meters as they were read: `meter,read_at,kwh_total,event,source`, a row a reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from thirdshift_controller.config import Table
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.power.cells import InstantCell, NumberCell, Text
from thirdshift_controller.costs.power.csv_rows import Row, RowProblem, read_rows, refuse
from thirdshift_controller.costs.power.readings import Meter, Reading, meters_of

_RESET = "reset"


class ReadingRow(Table):
    """A counter at an instant."""

    meter: Text
    read_at: InstantCell
    kwh_total: Annotated[NumberCell, Field(ge=0)]
    event: Literal["", "reset"]
    """`reset`: the counter was set or exchanged since the row before."""
    source: Text


def load_meters(path: Path) -> tuple[Meter, ...]:
    """Read them. Raises `ConfigError` for a counter that goes back or a reading out of turn."""
    rows = read_rows(path, ReadingRow)
    refuse(path, _problems(rows))
    return meters_of(_reading(path, row) for row in rows)


def _problems(rows: Sequence[Row[ReadingRow]]) -> Iterator[RowProblem]:
    latest: dict[str, Row[ReadingRow]] = {}
    for row in rows:
        if row.cells.meter in latest:
            yield from _step_problems(latest[row.cells.meter], row)
        latest[row.cells.meter] = row


def _step_problems(before: Row[ReadingRow], row: Row[ReadingRow]) -> Iterator[RowProblem]:
    old, new, other = before.cells, row.cells, f"line {before.line}"
    is_reset = new.event == _RESET
    if new.read_at < old.read_at:
        yield RowProblem(row.line, "read_at", f"is before {other}; put readings in order of time")
    elif new.read_at == old.read_at and not is_reset:
        yield RowProblem(row.line, "read_at", f"is that of {other} too; keep one of the two")
    if new.kwh_total < old.kwh_total and not is_reset:
        text = (
            f"{new.kwh_total:f} is less than {old.kwh_total:f} of {other}; mend it, or write reset"
            " as its event if the counter was set or exchanged"
        )
        yield RowProblem(row.line, "kwh_total", text)


def _reading(path: Path, row: Row[ReadingRow]) -> Reading:
    cells = row.cells
    origin = Origin(cells.source, cells.read_at.date(), path.name, row.line)
    return Reading(cells.meter, cells.read_at, cells.kwh_total, cells.event == _RESET, origin)
