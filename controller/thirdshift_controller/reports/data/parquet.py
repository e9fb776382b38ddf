"""The FOCUS file as Parquet, typed: decimals, instants in UTC, text. Needs the extra `parquet`.

Decimals have 38 digits, 18 of them behind the point, so that months can be read as one table; the
CSV has every digit. The same figures give the same bytes with the same pyarrow.
"""

from __future__ import annotations

import io
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING

from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.errors import RefusedError
from thirdshift_controller.reports.data.focus import focus_rows
from thirdshift_controller.reports.data.focus_columns import Column, FocusVersion, Kind, columns
from thirdshift_controller.reports.data.plain import Cell

if TYPE_CHECKING:
    import pyarrow

DIGITS = 38
PLACES = 18
_ONE = Decimal(1).scaleb(-PLACES)
_EXACT = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN)


def focus_parquet(figures: MonthFigures, version: FocusVersion = FocusVersion.V1_2) -> bytes:
    """The file. Raises `RefusedError` without pyarrow, and for an amount beyond all measure."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise RefusedError(
            "Parquet is written by pyarrow, which is not here; install thirdshift[parquet]"
        ) from None
    used = columns(version)
    cells = zip(*focus_rows(figures, used), strict=True)
    try:
        arrays = [list(map(_typed, column)) for column in cells] or [[] for _ in used]
        table = pyarrow.table(arrays, schema=_schema(used, version))
    except (InvalidOperation, pyarrow.ArrowInvalid):
        raise RefusedError(
            f"an amount has more than {DIGITS - PLACES} digits, which Parquet cannot hold; write"
            " the other formats, or mend the books"
        ) from None
    file = io.BytesIO()
    parquet.write_table(table, file)
    return file.getvalue()


def _typed(cell: Cell) -> Cell:
    return cell.quantize(_ONE, context=_EXACT) if isinstance(cell, Decimal) else cell


def _schema(used: tuple[Column, ...], version: FocusVersion) -> pyarrow.Schema:
    import pyarrow

    types = {
        Kind.TEXT: pyarrow.string(),
        Kind.DECIMAL: pyarrow.decimal128(DIGITS, PLACES),
        Kind.INSTANT: pyarrow.timestamp("us", tz="UTC"),
    }
    fields = [pyarrow.field(column.name, types[column.kind]) for column in used]
    return pyarrow.schema(fields, metadata={"focus_version": version.value})
