"""Prices by the hour and figures by the month, in the CSV files that `power.toml` names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from thirdshift_controller.config import Table
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.power.cells import (
    DayCell,
    InstantCell,
    MonthCell,
    NumberCell,
    Text,
)
from thirdshift_controller.costs.power.csv_rows import Row, RowProblem, read_rows, refuse
from thirdshift_controller.costs.power.published import VINTAGES, Published, Series, Vintage


class HourRow(Table):
    """An hour's price, which may be less than nothing."""

    hour_at: InstantCell
    per_kwh: NumberCell


class MonthRow(Table):
    """A month's figure of one vintage."""

    month: MonthCell
    vintage: Vintage
    published_on: DayCell


class RateRow(MonthRow):
    """A rate."""

    per_kwh: NumberCell
    source: Text

    @property
    def value(self) -> Decimal:
        """In the file's currency, per kWh."""
        return self.per_kwh


class TotalRow(MonthRow):
    """A sum of the whole system."""

    total: NumberCell
    source: Text

    @property
    def value(self) -> Decimal:
        """In the file's currency."""
        return self.total


def load_hours(path: Path) -> Mapping[datetime, Decimal]:
    """Prices per kWh by the instant that their hour begins at. Raises `ConfigError`."""
    rows = read_rows(path, HourRow)
    refuse(path, _hour_problems(rows))
    return {row.cells.hour_at: row.cells.per_kwh for row in rows}


def load_series(path: Path, model: type[RateRow] | type[TotalRow]) -> Series:
    """Figures of months as they were published. Raises `ConfigError`."""
    rows: Sequence[Row[RateRow | TotalRow]] = read_rows(path, model)
    refuse(path, _month_problems(rows))
    return Series(path.name, tuple(_published(path, row) for row in rows))


def _hour_problems(rows: Sequence[Row[HourRow]]) -> Iterator[RowProblem]:
    seen: dict[datetime, int] = {}
    for row in rows:
        at = row.cells.hour_at
        if (at.minute, at.second, at.microsecond) != (0, 0, 0):
            yield RowProblem(row.line, "hour_at", "must be the beginning of an hour")
        if at in seen:
            text = f"line {seen[at]} has a price for this hour too; keep one"
            yield RowProblem(row.line, "hour_at", text)
        seen[at] = row.line


def _month_problems(rows: Sequence[Row[RateRow | TotalRow]]) -> Iterator[RowProblem]:
    seen: dict[tuple[str, Vintage], Row[RateRow | TotalRow]] = {}
    for row in rows:
        key = row.cells.month, row.cells.vintage
        if key in seen:
            text = f"line {seen[key].line} has this vintage of the month too; keep one"
            yield RowProblem(row.line, "vintage", text)
        seen[key] = row
    for row in rows:
        for vintage in VINTAGES[: VINTAGES.index(row.cells.vintage)]:
            earlier = seen.get((row.cells.month, vintage))
            if earlier and earlier.cells.published_on > row.cells.published_on:
                text = f"is before that of the {vintage}, line {earlier.line}; mend one of them"
                yield RowProblem(row.line, "published_on", text)


def _published(path: Path, row: Row[RateRow | TotalRow]) -> Published:
    cells = row.cells
    origin = Origin(cells.source, cells.published_on, path.name, row.line)
    return Published(cells.month, cells.vintage, cells.value, cells.published_on, origin)
