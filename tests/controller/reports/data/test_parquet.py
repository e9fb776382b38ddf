"""The FOCUS file as Parquet: typed, the same rows as the CSV, the same bytes each time."""

from __future__ import annotations

import csv
import io
import sys
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow
import pytest
from pyarrow import parquet

from fakes.priced_month import figures
from thirdshift_controller.errors import RefusedError
from thirdshift_controller.reports.data.focus import focus_csv
from thirdshift_controller.reports.data.focus_columns import FocusVersion
from thirdshift_controller.reports.data.parquet import focus_parquet

ATOM = Decimal("1e-18")


def read(version: FocusVersion = FocusVersion.V1_2) -> pyarrow.Table:
    return parquet.read_table(io.BytesIO(focus_parquet(figures(), version)))


def test_cells_are_typed() -> None:
    schema = read().schema
    assert schema.field("BilledCost").type == pyarrow.decimal128(38, 18)
    assert schema.field("ChargePeriodStart").type == pyarrow.timestamp("us", tz="UTC")
    assert schema.field("ChargeClass").type == pyarrow.string()
    assert schema.metadata[b"focus_version"] == b"1.2"


def test_it_has_the_rows_of_the_csv() -> None:
    csv_rows = list(csv.DictReader(io.StringIO(focus_csv(figures()), newline="")))
    rows = read().to_pylist()
    assert len(rows) == len(csv_rows)
    for row, text in zip(rows, csv_rows, strict=True):
        assert list(row) == list(text)
        assert abs(row["EffectiveCost"] - Decimal(text["EffectiveCost"])) <= ATOM
        assert (row["x_Working"], row["x_CostLine"]) == (text["x_Working"], text["x_CostLine"])
    assert rows[0]["BillingPeriodStart"] == datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert {row["ChargeClass"] for row in rows} == {None, "Correction"}


@pytest.mark.parametrize("version", FocusVersion)
def test_the_same_month_gives_the_same_bytes(version: FocusVersion) -> None:
    assert focus_parquet(figures(), version) == focus_parquet(figures(), version)


def test_a_month_without_postings_is_a_table_without_rows() -> None:
    table = parquet.read_table(io.BytesIO(focus_parquet(figures(()))))
    assert table.num_rows == 0
    assert "BilledCost" in table.column_names


def test_without_pyarrow_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(RefusedError, match=r"install thirdshift\[parquet\]"):
        focus_parquet(figures())
