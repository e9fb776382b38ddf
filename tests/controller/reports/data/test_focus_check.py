"""The check names row and column of everything that FOCUS does not allow, and nothing else."""

from __future__ import annotations

import csv
import io

import pytest

from fakes.priced_month import figures
from thirdshift_controller.reports.data.focus import focus_csv
from thirdshift_controller.reports.data.focus_check import FocusProblem, focus_check
from thirdshift_controller.reports.data.focus_columns import MANDATORY


def table() -> tuple[list[str], list[dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(focus_csv(figures()), newline=""))
    return list(reader.fieldnames or ()), list(reader)


def problems(column: str, cell: str, category: str = "Usage") -> list[FocusProblem]:
    """Of a file whose first row of that category has one other cell."""
    head, rows = table()
    number = next(n for n, row in enumerate(rows) if row["ChargeCategory"] == category)
    rows[number][column] = cell
    return [found for found in focus_check(head, rows) if found.row == number + 1]


@pytest.mark.parametrize("name", MANDATORY)
def test_each_of_the_21_is_missed(name: str) -> None:
    head, rows = table()
    head.remove(name)
    (found,) = focus_check(head, rows)
    assert (found.row, found.column) == (0, name)


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("BilledCost", "1E+3", "plain decimal"),
        ("BilledCost", "1,000.00", "plain decimal"),
        ("EffectiveCost", "", "must not be empty"),
        ("ChargePeriodEnd", "2026-12-01 05:00:00", "an instant"),
        ("ChargePeriodEnd", "2026-13-01T05:00:00Z", "an instant"),
        ("ChargePeriodEnd", "2026-10-01T04:00:00Z", "after its start"),
        ("BillingPeriodEnd", "2026-11-01T04:00:00Z", "after its start"),
        ("ChargeClass", "Restated", "one of"),
        ("ChargeFrequency", "", "must not be empty"),
        ("ServiceCategory", "Energy", "one of"),
        ("BillingCurrency", "dollars", "ISO 4217"),
        ("PricingQuantity", "", "filled of Usage"),
        ("Tags", "line=colo", "JSON object"),
        ("Tags", "[]", "JSON object"),
    ],
)
def test_a_wrong_cell_is_named(column: str, cell: str, said: str) -> None:
    found = problems(column, cell)
    assert found
    assert {(one.column, said in one.text) for one in found} == {(column, True)}


@pytest.mark.parametrize(
    ("column", "cell", "category"),
    [
        ("ChargeFrequency", "Usage-Based", "Purchase"),
        ("EffectiveCost", "1", "Purchase"),
        ("PricingQuantity", "1", "Tax"),
        ("ConsumedQuantity", "1", "Credit"),
        ("ChargeCategory", "Rent", "Credit"),
    ],
)
def test_a_cell_that_does_not_go_with_the_category_is_named(
    column: str, cell: str, category: str
) -> None:
    assert [one.column for one in problems(column, cell, category)] == [column]


def test_all_problems_are_told_and_not_the_first() -> None:
    head, rows = table()
    rows[0]["BilledCost"] = rows[3]["ListCost"] = "much"
    assert [(one.row, one.column) for one in focus_check(head, rows)] == [
        (1, "BilledCost"),
        (4, "ListCost"),
    ]


def test_columns_of_ones_own_come_last_and_say_so_by_name() -> None:
    head, rows = table()
    said = [str(found) for found in focus_check([*head, "Rack", "SkuId", "Tags"], rows)]
    assert said == [
        "row 0, Rack: is not of FOCUS 1.2; a column of one's own begins with x_",
        "row 0, SkuId: must come before the columns that begin with x_",
        "row 0, Tags: stands there twice",
    ]
