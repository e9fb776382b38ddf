"""A month as FOCUS rows: they add up to the three ledgers, and are what FOCUS has them be."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given

from fakes.any_posting import POSTINGS
from fakes.priced_month import NOVEMBER, figures, posting, usd
from servers.focus_validator import findings
from thirdshift_controller.costs.money import Money, total
from thirdshift_controller.costs.posting import Charge, Line, Posting
from thirdshift_controller.costs.usage.totals import Use
from thirdshift_controller.reports.data.focus import charges, focus_csv
from thirdshift_controller.reports.data.focus_check import focus_check
from thirdshift_controller.reports.data.focus_columns import (
    COLUMNS,
    EXTENSIONS,
    MANDATORY,
    FocusVersion,
    Level,
)
from thirdshift_controller.reports.data.focus_words import CHARGES, SERVICE_CATEGORIES, SERVICES

LEDGERS = {"BilledCost": "billed", "EffectiveCost": "effective", "x_EconomicCost": "economic"}


def read(text: str) -> tuple[list[str], list[dict[str, str]]]:
    """Header and rows, as another program would have them."""
    reader = csv.DictReader(io.StringIO(text, newline=""))
    rows = list(reader)
    return list(reader.fieldnames or ()), rows


def rows_of(*postings: Posting, version: FocusVersion = FocusVersion.V1_2) -> list[dict[str, str]]:
    return read(focus_csv(figures(postings), version))[1]


def money(rows: Iterable[dict[str, str]], column: str) -> Money:
    return total([usd(row[column]) for row in rows], "USD")


@given(POSTINGS)
def test_each_ledger_is_the_sum_of_its_column_to_the_last_digit(postings: list[Posting]) -> None:
    month = figures(postings)
    for version in FocusVersion:
        _, rows = read(focus_csv(month, version))
        for column, ledger in LEDGERS.items():
            assert money(rows, column) == total(
                [getattr(one, ledger) for one in month.postings], "USD"
            )


@given(POSTINGS)
def test_no_month_breaks_a_rule_of_focus(postings: list[Posting]) -> None:
    for version in FocusVersion:
        assert focus_check(*read(focus_csv(figures(postings), version))) == []


def test_the_totals_of_the_month_are_the_sums_of_its_file() -> None:
    month = figures()
    _, rows = read(focus_csv(month))
    sums = [money(rows, column) for column in LEDGERS]
    assert sums == [month.billed, month.effective, month.total]


def test_the_public_validator_has_nothing_against_the_file(tmp_path: Path) -> None:
    file = tmp_path / "focus.csv"
    file.write_text(focus_csv(figures(), FocusVersion.V1_0), encoding="utf-8")
    assert findings(file) == ""


def test_the_public_validator_finds_what_is_wrong(tmp_path: Path) -> None:
    text = focus_csv(figures(), FocusVersion.V1_0)
    file = tmp_path / "focus.csv"
    file.write_text(text.replace("One-Time", "Now and Then"), encoding="utf-8")
    assert "ChargeFrequency" in findings(file)


def test_focus_has_57_columns_and_wants_21_of_them_always() -> None:
    assert (len(COLUMNS), len(MANDATORY)) == (57, 21)
    assert [column.name for column in COLUMNS] == sorted(column.name for column in COLUMNS)
    assert sum(column.since == "1.0" for column in COLUMNS) == 43
    recommended = {column.name for column in COLUMNS if column.level is Level.RECOMMENDED}
    assert recommended == {"AvailabilityZone", "ChargeFrequency", "InvoiceId", "ServiceSubcategory"}
    assert len(SERVICE_CATEGORIES) == 19


def test_a_file_of_1_2_leaves_out_what_does_not_apply_and_one_of_1_0_leaves_it_empty() -> None:
    head, _ = read(focus_csv(figures(), FocusVersion.V1_2))
    old, rows = read(focus_csv(figures(), FocusVersion.V1_0))
    ours = [column.name for column in EXTENSIONS]
    assert head[-len(ours) :] == old[-len(ours) :] == ours
    assert "SkuId" not in head
    assert {row["SkuId"] for row in rows} == {""}
    assert len(old) - len(ours) == 43
    assert "ServiceSubcategory" not in old


def test_every_line_and_every_charge_has_its_words() -> None:
    assert set(SERVICES) == set(Line)
    assert set(CHARGES) == set(Charge)


@pytest.mark.parametrize(
    ("charge", "category", "frequency"),
    [
        (Charge.PURCHASE, "Purchase", "One-Time"),
        (Charge.WEAR, "Usage", "Recurring"),
        (Charge.CONTRACT, "Purchase", "Recurring"),
        (Charge.METERED, "Usage", "Usage-Based"),
        (Charge.TAX, "Tax", "Recurring"),
        (Charge.CREDIT, "Credit", "One-Time"),
        (Charge.TRUE_UP, "Usage", "Usage-Based"),
    ],
)
def test_a_charge_is_told_in_focus_words(charge: Charge, category: str, frequency: str) -> None:
    (row,) = rows_of(posting(charge=charge))
    assert (row["ChargeCategory"], row["ChargeFrequency"]) == (category, frequency)


def test_a_node_bought_costs_cash_and_nothing_that_is_effective() -> None:
    none = usd("0")
    bought = posting(Line.NODES, Charge.PURCHASE, "310000", effective=none, economic=none)
    (row,) = rows_of(bought)
    assert (row["BilledCost"], row["EffectiveCost"]) == ("310000", "0")
    assert row["ServiceCategory"] == "Compute"


def test_a_payment_ahead_is_a_purchase_of_nothing_yet_and_a_month_of_use() -> None:
    support = posting(Line.SUPPORT, amount="793600", effective=usd("66133.33"))
    ahead, used = rows_of(support)
    assert (ahead["ChargeCategory"], ahead["BilledCost"], ahead["EffectiveCost"]) == (
        "Purchase",
        "793600",
        "0",
    )
    assert (used["ChargeCategory"], used["BilledCost"], used["EffectiveCost"]) == (
        "Usage",
        "0",
        "66133.33",
    )


def test_what_stands_in_the_hall_is_a_resource_and_a_contract_is_none() -> None:
    node, support = rows_of(
        posting(Line.NODES, Charge.WEAR, what="HGX nodes"), posting(Line.SUPPORT)
    )
    names = ("ResourceId", "ResourceName", "ResourceType")
    assert [node[name] for name in names] == [
        *("toronto-1/nodes/HGX nodes", "HGX nodes", "Servers without cards")
    ]
    assert {support[name] for name in names} == {""}


def test_a_month_that_was_paid_before_is_use_alone() -> None:
    support = posting(Line.SUPPORT, amount="0", effective=usd("66133.33"))
    (row,) = rows_of(support)
    assert (row["ChargeCategory"], row["ListCost"]) == ("Usage", "66133.33")


def test_what_is_paid_as_it_is_used_is_one_charge() -> None:
    assert charges(posting()) == (posting(),)


def test_a_restated_month_is_a_correction_billed_now_for_then() -> None:
    correction = next(row for row in rows_of(*figures().postings) if row["x_Corrects"])
    assert correction["ChargeClass"] == "Correction"
    assert correction["x_Corrects"] == "2026-10"
    assert correction["ChargePeriodEnd"] == correction["BillingPeriodStart"]
    assert correction["BillingPeriodStart"] == "2026-11-01T04:00:00Z"
    assert correction["BillingPeriodEnd"] == "2026-12-01T05:00:00Z"


def test_metered_energy_says_how_much_and_whether_a_meter_said_so() -> None:
    metered = posting(
        Line.ELECTRICITY, Charge.METERED, quantity="982000.75", unit="kWh", modelled=True
    )
    (row,) = rows_of(metered)
    assert (row["ConsumedQuantity"], row["ConsumedUnit"]) == ("982000.75", "kWh")
    assert (row["x_EnergyKwh"], row["x_EnergySource"], row["x_Pue"]) == (
        "982000.75",
        "modelled",
        "1.35",
    )


def test_a_tax_has_no_quantity() -> None:
    (row,) = rows_of(posting(Line.TAX, Charge.TAX, "27612"))
    assert (row["PricingQuantity"], row["PricingUnit"], row["ConsumedQuantity"]) == ("", "", "")


def test_a_huge_or_tiny_amount_is_written_out() -> None:
    for text, written in {"1E+9": "1000000000", "1E-27": f"0.{'0' * 26}1", "-0.0": "0"}.items():
        (row,) = rows_of(posting(amount=text))
        assert row["BilledCost"] == written


def test_no_cell_of_a_number_has_an_exponent() -> None:
    for row in rows_of(*figures().postings):
        for column in (*COLUMNS, *EXTENSIONS):
            if column.kind == "decimal" and (cell := row.get(column.name)):
                assert re.fullmatch(r"-?\d+(\.\d+)?", cell), column.name


def test_the_tags_are_an_object() -> None:
    (row,) = rows_of(posting())
    assert json.loads(row["Tags"]) == {
        "thirdshift:gpu_model": "H100",
        "thirdshift:line": "colo",
        "thirdshift:site": "toronto-1",
    }


def test_without_a_supplier_the_site_is_its_own() -> None:
    (row,) = rows_of(posting(supplier=""))
    names = {row[name] for name in ("ProviderName", "PublisherName", "InvoiceIssuerName")}
    assert names == {"toronto-1"}


def test_a_price_of_a_gpu_hour_can_be_had_from_the_file_alone() -> None:
    whole = figures()
    tenth = Use(*(getattr(whole.use, name) / 10 for name in Use.__slots__))
    assert whole.window is not None
    watched = replace(whole.window, covered_seconds=whole.window.covered_seconds / 10)
    for month in (whole, replace(whole, use=tenth, window=watched)):
        rows = [row for row in read(focus_csv(month))[1] if not row["x_Corrects"]]
        per_hour = sum(
            Decimal(row["x_EconomicCost"]) / Decimal(row["x_GpuHoursAvailable"]) for row in rows
        )
        assert month.levels.available is not None
        assert abs(per_hour - month.levels.available.amount) < Decimal("1e-6")


def test_the_same_month_gives_the_same_bytes() -> None:
    assert focus_csv(figures()) == focus_csv(figures())
    assert figures().month == NOVEMBER
