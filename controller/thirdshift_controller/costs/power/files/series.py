"""Prices by the hour and figures by the month, in the CSV files that `power.toml` names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from thirdshift_controller.config import Table
from thirdshift_controller.config.complaints import Complaints, Fault
from thirdshift_controller.config.fields import Day, Instant, MonthName, Number, Text
from thirdshift_controller.config.sheets import Row, read_sheet
from thirdshift_controller.costs.origin import Origin
from thirdshift_controller.costs.power.parts.published import VINTAGES, Published, Series, Vintage


class HourRow(Table):
    """An hour's price, which may be less than nothing."""

    hour_at: Instant
    per_kwh: Number


class MonthRow(Table):
    """A month's figure of one vintage."""

    month: MonthName
    vintage: Vintage
    published_on: Day


class RateRow(MonthRow):
    """A rate."""

    per_kwh: Number
    source: Text

    @property
    def value(self) -> Decimal:
        """In the file's currency, per kWh."""
        return self.per_kwh


class TotalRow(MonthRow):
    """A sum of the whole system."""

    total: Number
    source: Text

    @property
    def value(self) -> Decimal:
        """In the file's currency."""
        return self.total


def load_hours(path: Path, complaints: Complaints) -> Mapping[datetime, Decimal]:
    """Prices per kWh by the instant that their hour begins at; what is wrong is complained of."""
    rows = read_sheet(path, HourRow, complaints, may_be_empty=False)
    complaints.about(path, _hour_faults(rows))
    return {row.cells.hour_at: row.cells.per_kwh for row in rows}


def load_series(
    path: Path, model: type[RateRow] | type[TotalRow], complaints: Complaints
) -> Series:
    """Figures of months as they were published; what is wrong is complained of."""
    rows: Sequence[Row[RateRow | TotalRow]] = read_sheet(
        path, model, complaints, may_be_empty=False
    )
    complaints.about(path, _month_faults(rows))
    return Series(path.name, tuple(_published(path, row) for row in rows))


def _hour_faults(rows: Sequence[Row[HourRow]]) -> Iterator[Fault]:
    seen: dict[datetime, int] = {}
    for row in rows:
        at = row.cells.hour_at
        if (at.minute, at.second, at.microsecond) != (0, 0, 0):
            yield Fault(row.line, "hour_at", "must be the beginning of an hour")
        if at in seen:
            text = f"line {seen[at]} has a price for this hour too; keep one"
            yield Fault(row.line, "hour_at", text)
        seen[at] = row.line


def _month_faults(rows: Sequence[Row[RateRow | TotalRow]]) -> Iterator[Fault]:
    seen: dict[tuple[str, Vintage], Row[RateRow | TotalRow]] = {}
    for row in rows:
        key = row.cells.month, row.cells.vintage
        if key in seen:
            text = f"line {seen[key].line} has this vintage of the month too; keep one"
            yield Fault(row.line, "vintage", text)
        seen[key] = row
    for row in rows:
        for vintage in VINTAGES[: VINTAGES.index(row.cells.vintage)]:
            earlier = seen.get((row.cells.month, vintage))
            if earlier and earlier.cells.published_on > row.cells.published_on:
                text = f"is before that of the {vintage}, line {earlier.line}; mend one of them"
                yield Fault(row.line, "published_on", text)


def _published(path: Path, row: Row[RateRow | TotalRow]) -> Published:
    cells = row.cells
    origin = Origin(cells.source, cells.published_on, path.name, row.line)
    return Published(cells.month, cells.vintage, cells.value, cells.published_on, origin)
