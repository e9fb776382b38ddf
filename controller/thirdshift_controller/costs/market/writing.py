"""Writes a table of prices as CSV, the same bytes for the same prices; `config/sheets` reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from thirdshift_controller.config.sheets import sheet_text


def csv_text(header: Iterable[str], lines: Iterable[Sequence[object]]) -> str:
    """The whole file: the columns' names, then one line a row, each ended by a newline."""
    return sheet_text(header, ([_shown(value) for value in line] for line in lines))


def _shown(value: object) -> str:
    """The cell that reads back as a value; `None` is a blank one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
