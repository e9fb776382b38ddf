"""The hall's own meters: energy between readings, counters reset, readings out of turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thirdshift_controller.config import ConfigError
from thirdshift_controller.costs.power.readings import Run, kwh_between
from thirdshift_controller.costs.power.readings_file import load_meters

HEADER = "meter,read_at,kwh_total,event,source\n"
DAY = datetime(2026, 10, 1, tzinfo=UTC)


def write(folder: Path, *rows: str) -> Path:
    path = folder / "meter-readings.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def at(hours: float) -> datetime:
    return DAY + timedelta(hours=hours)


def test_energy_is_spread_evenly_between_two_readings(tmp_path: Path) -> None:
    path = write(tmp_path, "M1,2026-10-01T00:00Z,1000,,photo", "M1,2026-10-02T00:00Z,25000,,photo")
    meters = load_meters(path)
    assert kwh_between(meters, at(0), at(24)) == 24_000
    assert kwh_between(meters, at(6), at(7)) == 1_000


def test_what_is_not_bracketed_is_not_known(tmp_path: Path) -> None:
    path = write(tmp_path, "M1,2026-10-01T00:00Z,1000,,photo", "M1,2026-10-02T00:00Z,25000,,photo")
    meters = load_meters(path)
    assert kwh_between(meters, at(-1), at(1)) is None
    assert kwh_between(meters, at(23), at(25)) is None


def test_all_meters_make_up_the_hall_and_each_must_have_been_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "A,2026-10-01T00:00Z,0,,photo",
        "B,2026-10-01T12:00Z,0,,photo",
        "A,2026-10-02T00:00-04:00,28000,,photo",
        "B,2026-10-03T00:00Z,3600,,photo",
    )
    meters = load_meters(path)
    assert kwh_between(meters, at(12), at(13)) == 1_100
    assert kwh_between(meters, at(11), at(12)) is None, "B was not read before noon"


def test_a_counter_that_was_exchanged_goes_on_from_its_new_value(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "M1,2026-10-01T00:00Z,90000,,photo",
        "M1,2026-10-01T12:00Z,102000,,removed",
        "M1,2026-10-01T12:00Z,5,reset,installed",
        "M1,2026-10-02T00:00Z,12005,,photo",
    )
    meters = load_meters(path)
    assert kwh_between(meters, at(0), at(12)) == 12_000
    assert kwh_between(meters, at(12), at(24)) == 12_000
    assert kwh_between(meters, at(11), at(13)) is None, "no counter saw all of it"


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
        ("M1,2026-10-02T00:00Z,NaN,,photo", "line 3, column kwh_total: must be a finite number"),
        ("M1,2026-10-02T00:00Z,2000,swap,photo", "line 3, column event: must be one of"),
        ('M1,2026-10-02T00:00Z,2000,,"photo', "line 3: unexpected end of data"),
        ("M1,2026-10-02T00:00Z,2000,,", "line 3, column source: must be filled in"),
        ("M1,2026-10-02T00:00Z", "line 3, column kwh_total: is missing; add it here"),
        ("M1,2026-10-02T00:00Z,2000,,a,b", "line 3, column after the last: is not known here"),
    ],
)
def test_a_reading_that_cannot_be_is_refused(tmp_path: Path, row: str, complaint: str) -> None:
    path = write(tmp_path, "M1,2026-10-01T00:00Z,1000,,photo", row)
    with pytest.raises(ConfigError) as refusal:
        load_meters(path)
    assert f"{path}, {complaint}" in str(refusal.value)


def test_all_problems_are_told(tmp_path: Path) -> None:
    path = write(tmp_path, "M1,now,1,,x", "M1,2026-10-01T00:00Z,much,,x", ",then,-1,,")
    with pytest.raises(ConfigError) as refusal:
        load_meters(path)
    assert len(str(refusal.value).splitlines()) == 6


def test_other_columns_and_a_file_without_rows_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path)
    with pytest.raises(ConfigError, match="there is no row under the columns"):
        load_meters(path)
    path.write_text("meter,kwh\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="line 1: the columns must be meter,read_at,kwh_total"):
        load_meters(path)


@given(
    st.lists(st.integers(0, 100_000), min_size=2, max_size=12),
    st.lists(st.floats(0, 1), min_size=3, max_size=3),
)
def test_energy_adds_up_and_never_flows_back(steps: list[int], marks: list[float]) -> None:
    totals = [float(sum(steps[: n + 1])) for n in range(len(steps))]
    run = Run(tuple(3600.0 * n for n in range(len(steps))), tuple(totals))
    first, middle, last = sorted(3600 * (len(steps) - 1) * mark for mark in marks)
    whole, one, other = (
        run.kwh_between(first, last),
        run.kwh_between(first, middle),
        run.kwh_between(middle, last),
    )
    assert whole is not None
    assert one is not None
    assert other is not None
    assert one + other == pytest.approx(whole, abs=1e-6)
    assert min(one, other) >= -1e-6
