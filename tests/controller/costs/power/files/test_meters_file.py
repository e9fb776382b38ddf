"""The file of the meters' readings: what is read from it, and readings that cannot be."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from thirdshift_controller.config import ConfigError
from thirdshift_controller.config.complaints import Complaints
from thirdshift_controller.costs.power.files.meters import load_meters
from thirdshift_controller.costs.power.meters import Meter, kwh_between

FILE = "meter-readings.csv"
HEADER = "meter,read_at,kwh_total,event,source\n"


def write(folder: Path, *rows: str) -> Path:
    path = folder / FILE
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def load(path: Path) -> tuple[Meter, ...]:
    complaints = Complaints()
    meters = load_meters(path, complaints)
    complaints.refuse()
    return meters


def refusal(path: Path) -> str:
    with pytest.raises(ConfigError) as refused:
        load(path)
    return str(refused.value)


def test_meters_are_read_in_whatever_offset_and_reset_where_the_file_says_so(
    tmp_path: Path,
) -> None:
    path = write(
        tmp_path,
        "M1,2026-09-30T20:00-04:00,90000,,photo",
        "M1,2026-10-01T12:00Z,102000,,removed",
        "M1,2026-10-01T12:00Z,5,reset,installed",
        "M1,2026-10-02T00:00Z,12005,,photo",
    )
    (meter,) = meters = load(path)
    assert (meter.name, len(meter.runs)) == ("M1", 2)
    midnight, noon = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 1, 12, tzinfo=UTC)
    assert kwh_between(meters, midnight, noon) == 12_000


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (
            "M1,2026-10-02T00:00Z,999,,photo",
            "line 3, column kwh_total: 999 is less than 1000 of line 2; mend it, or write reset",
        ),
        (
            "M1,2026-09-30T00:00Z,2000,,photo",
            "line 3, column read_at: is before line 2; put readings in order of time",
        ),
        (
            "M1,2026-10-01T00:00Z,2000,,photo",
            "line 3, column read_at: is that of line 2 too; keep one of the two",
        ),
        (
            "M1,yesterday,2000,,photo",
            'line 3, column read_at: must be an instant such as 2026-11-01T04:00Z, not "yesterday"',
        ),
        (
            "M1,2026-10-02T00:00,2000,,photo",
            "line 3, column read_at: must say its offset from UTC",
        ),
        ("M1,2026-10-02T00:00Z,-3,,photo", "line 3, column kwh_total: must be at least 0"),
        ("M1,2026-10-02T00:00Z,NaN,,photo", "line 3, column kwh_total: must be a number such as"),
        ("M1,2026-10-02T00:00Z,2000,swap,photo", "line 3, column event: must be one of"),
        ('M1,2026-10-02T00:00Z,2000,,"photo', "line 3: unexpected end of data"),
        ("M1,2026-10-02T00:00Z,2000,,", "line 3, column source: must be filled in"),
        ("M1,2026-10-02T00:00Z", "line 3: has 2 cells and the first line 5"),
        (
            "M1,2026-10-02T00:00Z,2000,,a,b",
            "line 3: has 6 cells and the first line 5; a text with",
        ),
    ],
)
def test_a_reading_that_cannot_be_is_refused(tmp_path: Path, row: str, complaint: str) -> None:
    told = refusal(write(tmp_path, "M1,2026-10-01T00:00Z,1000,,photo", row))
    assert f"{tmp_path / FILE}, {complaint}" in told


def test_all_problems_are_told(tmp_path: Path) -> None:
    path = write(tmp_path, "M1,now,1,,x", "M1,2026-10-01T00:00Z,much,,x", ",then,-1,,")
    assert len(refusal(path).splitlines()) == 6


def test_other_columns_and_a_file_without_rows_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert "line 1: there is no row under the columns; add one" in refusal(path)
    path.write_text("meter,kwh_totl\n", encoding="utf-8")
    assert [line.split(" column ")[1] for line in refusal(path).splitlines()] == [
        "kwh_total: is missing; add it to the first line",
        'kwh_totl: is not known here; did you mean "kwh_total"?',
        "read_at: is missing; add it to the first line",
        "source: is missing; add it to the first line",
    ]
