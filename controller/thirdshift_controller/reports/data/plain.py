"""How values are written for machines: decimals plain, instants as ISO 8601 in UTC."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from thirdshift_controller.config.sheets import sheet_text

Cell = str | Decimal | datetime | None

_HOUR_PLACES = 6
"""Of hours, kWh and kW that were counted as floats: a thousandth of a second, a joule."""


def decimal_text(number: Decimal) -> str:
    """Every digit, never an exponent, and zero without a sign."""
    return f"{number if number else Decimal(0):f}"


def instant_text(at: datetime) -> str:
    """`2026-11-01T04:00:00Z`."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def counted(number: float) -> Decimal:
    """What was counted in floats, without the noise of their last digits."""
    return Decimal(repr(round(number, _HOUR_PLACES)))


def cell_text(cell: Cell) -> str:
    """One cell of a CSV; nothing known is an empty one."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return instant_text(cell)
    return decimal_text(cell) if isinstance(cell, Decimal) else cell


def csv_text(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table as RFC 4180 has it, but with a line feed alone at each end."""
    return sheet_text(head, ([cell_text(cell) for cell in row] for row in rows))
