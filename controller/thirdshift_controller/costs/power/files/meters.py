"""The hall's meters as they were read: `meter,read_at,kwh_total,event,source`, a row a reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from thirdshift_controller.config import Table
from thirdshift_controller.config.complaints import Complaints, Fault
from thirdshift_controller.config.fields import Amount, Instant, Text
from thirdshift_controller.config.sheets import Row, read_sheet
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.power.meters import Meter, Reading, meters_of


class ReadingRow(Table):
    """A counter at an instant."""

    meter: Text
    read_at: Instant
    kwh_total: Amount
    event: Literal["reset"] | None = None
    """The counter was set or exchanged since the row before."""
    source: Text


def load_meters(path: Path, complaints: Complaints) -> tuple[Meter, ...]:
    """The meters; what is wrong, such as a counter that goes back, is complained of."""
    rows = read_sheet(path, ReadingRow, complaints, may_be_empty=False)
    if complaints.fine(path):
        complaints.about(path, _faults(rows))
    return meters_of(_reading(path, row) for row in rows)


def _faults(rows: Sequence[Row[ReadingRow]]) -> Iterator[Fault]:
    latest: dict[str, Row[ReadingRow]] = {}
    for row in rows:
        if row.cells.meter in latest:
            yield from _step_faults(latest[row.cells.meter], row)
        latest[row.cells.meter] = row


def _step_faults(before: Row[ReadingRow], row: Row[ReadingRow]) -> Iterator[Fault]:
    old, new, other = before.cells, row.cells, f"line {before.line}"
    if new.read_at < old.read_at:
        yield Fault(row.line, "read_at", f"is before {other}; put readings in order of time")
    elif new.read_at == old.read_at and not new.event:
        yield Fault(row.line, "read_at", f"is that of {other} too; keep one of the two")
    if new.kwh_total < old.kwh_total and not new.event:
        text = (
            f"{new.kwh_total:f} is less than {old.kwh_total:f} of {other}; mend it, or write reset"
            " as its event if the counter was set or exchanged"
        )
        yield Fault(row.line, "kwh_total", text)


def _reading(path: Path, row: Row[ReadingRow]) -> Reading:
    cells = row.cells
    origin = Origin(cells.source, cells.read_at.date(), path.name, row.line)
    return Reading(cells.meter, cells.read_at, cells.kwh_total, cells.event is not None, origin)
