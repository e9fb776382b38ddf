"""A CSV file as rows of a table: what is read from it, and every fault with line and column."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thirdshift_controller.config import ConfigError, Table
from thirdshift_controller.config.complaints import Complaints
from thirdshift_controller.config.fields import Amount, Text
from thirdshift_controller.config.sheets import Row, read_sheet


class Crate(Table):
    """A row of the tests' file."""

    label: Text
    price: Amount
    note: str = ""


def rows(path: Path, text: str, *, may_be_empty: bool = True) -> tuple[Row[Crate], ...]:
    path.write_text(text, encoding="utf-8", newline="")
    complaints = Complaints()
    found = read_sheet(path, Crate, complaints, may_be_empty=may_be_empty)
    complaints.refuse()
    return found


def refusal(path: Path, text: str, *, may_be_empty: bool = True) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        rows(path, text, may_be_empty=may_be_empty)
    return [line.replace(f"{path}, ", "") for line in str(refused.value).splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "crates.csv"


def test_columns_stand_in_any_order_and_optional_ones_may_be_left_out(path: Path) -> None:
    (row,) = rows(path, "price,label\n 12.50 ,apples\n")
    assert row == Row(2, Crate.model_validate({"label": "apples", "price": "12.50"}))


def test_a_row_is_on_the_line_it_begins_on_and_blank_ones_are_passed_over(path: Path) -> None:
    text = '\ufefflabel,price,note\r\n,,\r\n\r\n"two\r\nlines",1,\r\nmore,2,\r\n'
    assert [(row.line, row.cells.label) for row in rows(path, text)] == [
        (4, "two\nlines"),
        (6, "more"),
    ]


def test_every_fault_of_every_row_is_told_in_the_order_of_the_file(path: Path) -> None:
    text = "label,price,note\n,-1,\napples,1\npears,dear,x\nplums,1,x,y\n"
    assert refusal(path, text) == [
        "line 2, column label: must be filled in",
        'line 2, column price: must be at least 0, not "-1"',
        'line 3: has 2 cells and the first line 3; a text with a comma in it stands in "quotes"',
        'line 4, column price: must be a number such as 12.50, not "dear"',
        'line 5: has 4 cells and the first line 3; a text with a comma in it stands in "quotes"',
    ]


def test_wrong_columns_are_told_and_the_rows_under_them_not(path: Path) -> None:
    assert refusal(path, "labl,note,note\nx,y,z\n") == [
        "line 1, column label: is missing; add it to the first line",
        'line 1, column labl: is not known here; did you mean "label"?',
        "line 1, column note: stands twice; take one away",
        "line 1, column price: is missing; add it to the first line",
    ]


def test_a_quote_that_stands_wrong_is_told_beside_the_faults_above_it(path: Path) -> None:
    assert refusal(path, 'label,price\napples,-1\npears,1\n"plums" x,1\n') == [
        'line 4: \',\' expected after \'"\'; a text with a quote in it is "so ""quoted"""',
        'line 2, column price: must be at least 0, not "-1"',
    ]


def test_a_file_without_rows_is_refused_only_where_some_are_needed(path: Path) -> None:
    assert rows(path, "label,price\n") == ()
    assert refusal(path, "label,price\n", may_be_empty=False) == [
        "line 1: there is no row under the columns; add one"
    ]
    assert refusal(path, "", may_be_empty=False) == [
        "line 1, column label: is missing; add it to the first line",
        "line 1, column price: is missing; add it to the first line",
    ]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1),
            st.decimals(min_value=0, max_value=10**9, places=2),
        )
    )
)
def test_what_was_written_is_read(path: Path, crates: list[tuple[str, object]]) -> None:
    text = StringIO()
    csv.writer(text).writerows([("label", "price"), *crates])
    found = rows(path, text.getvalue())
    assert [(row.cells.label, row.cells.price) for row in found] == crates
