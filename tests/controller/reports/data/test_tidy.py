"""One table of every number: tied to the month, with units, and without what is not known."""

from __future__ import annotations

import csv
import io
from dataclasses import fields, replace
from decimal import Decimal

from fakes.priced_month import figures, usd
from thirdshift_controller.costs.money import total
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.reports.data.tidy import COLUMNS, NAMES, facts, tidy_csv

WORDS_ALONE = {
    *("site", "gpu_model", "currency", "closed", "to_at"),
    *("verdict", "claims", "assumptions", "doubts"),
}
"""What of a month has no number in it."""


def value(month: MonthFigures, section: str, measure: str, name: str = "") -> Decimal | None:
    found = [
        fact.value
        for fact in facts(month)
        if (fact.section, fact.name, fact.measure) == (section, name, measure)
    ]
    assert len(found) <= 1
    return found[0] if found else None


def test_every_number_has_a_unit_and_all_money_its_currency() -> None:
    for fact in facts(figures()):
        assert fact.unit, fact
        assert (fact.currency == "USD") == fact.unit.startswith("USD"), fact


def test_every_figure_is_there() -> None:
    told = {fact.section for fact in facts(figures())}
    told |= {fact.measure for fact in facts(figures()) if fact.section == "month"}
    assert {field.name for field in fields(MonthFigures)} - told == WORDS_ALONE


def test_every_one_of_several_is_told_apart() -> None:
    month = figures()
    for field in fields(month):
        listed = getattr(month, field.name)
        if isinstance(listed, tuple) and field.name not in WORDS_ALONE:
            assert type(listed[0]) in NAMES, field.name
    keys = [fact[:4] for fact in facts(month)]
    assert len(keys) == len(set(keys))


def test_the_lines_add_up_to_the_total() -> None:
    month = figures()
    lines = [
        usd(str(fact.value))
        for fact in facts(month)
        if (fact.section, fact.measure) == ("lines", "economic")
    ]
    assert abs(total(lines, "USD").amount - month.total.amount) < Decimal("1e-15")


def test_what_is_not_known_has_no_row() -> None:
    month = replace(figures(), budget=None, cloud=None)
    assert value(figures(), "month", "budget") == 1_800_000
    assert value(month, "month", "budget") is None
    assert not [fact for fact in facts(month) if fact.section == "cloud"]


def test_without_a_scheduler_no_hour_is_allocated_and_none_is_zero() -> None:
    month = figures()
    unread = replace(month, use=replace(month.use, scheduled=0.0, allocated=0.0))
    assert value(month, "use", "allocated") == Decimal("658000.25")
    assert value(unread, "use", "allocated") is None


def test_units_are_those_of_the_field() -> None:
    units = {(fact.section, fact.measure): fact.unit for fact in facts(figures())}
    assert units["levels", "available"] == "USD/GPU-h"
    assert units["use", "available"] == "GPU-h"
    assert units["energy", "peak_kw"] == "kW"
    assert units["energy", "per_mwh"] == "USD/MWh"
    assert units["downtime", "mean_hours_to_repair"] == "h"
    assert units["lines", "share_ratio"] == "ratio"


def test_it_is_read_as_a_table_by_any_program() -> None:
    rows = list(csv.DictReader(io.StringIO(tidy_csv(figures()), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == len(list(facts(figures())))
    assert {row["month"] for row in rows} == {"2026-11"}
    drives = [row for row in rows if row["name"] == 'storage/Drives, 24", "hot"']
    assert [row["value"] for row in drives if row["measure"] == "billed"] == ["45000"]


def test_the_same_month_gives_the_same_bytes() -> None:
    assert tidy_csv(figures()) == tidy_csv(figures())
