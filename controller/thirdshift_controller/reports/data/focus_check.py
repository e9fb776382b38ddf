"""Holds a FOCUS file against the rules of FOCUS 1.2 that a site's charges can break.

The public validator knows FOCUS up to 1.0; this knows the rows that we write, by their text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from thirdshift_controller.reports.data.focus_columns import COLUMNS, MANDATORY, Kind
from thirdshift_controller.reports.data.focus_words import (
    CATEGORIES,
    CORRECTION,
    FREQUENCIES,
    SERVICE_CATEGORIES,
)

Cells = Mapping[str, str]

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_KNOWN = {column.name: column for column in COLUMNS}
_MAY_BE_EMPTY = frozenset({"BillingAccountName", "ChargeClass", "ChargeDescription"})
_PRICING = ("PricingQuantity", "PricingUnit")
_PRICED = frozenset({"Usage", "Purchase"})


@dataclass(frozen=True, slots=True)
class FocusProblem:
    """One thing that FOCUS does not allow."""

    row: int
    """1 is the first below the header, 0 the header."""
    column: str
    text: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.text}"


def focus_check(head: Sequence[str], rows: Sequence[Cells]) -> list[FocusProblem]:
    """Everything that is wrong; an empty list where nothing is. Cells are texts by column."""
    problems = [FocusProblem(0, *found) for found in _head(head)]
    if not problems:
        for number, row in enumerate(rows, start=1):
            problems += [FocusProblem(number, *found) for found in _row(row)]
    return problems


Found = Iterator[tuple[str, str]]


def _head(head: Sequence[str]) -> Found:
    for name in MANDATORY:
        if name not in head:
            yield name, "is missing; every file must have it"
    ours_began = False
    for place, name in enumerate(head):
        ours_began = ours_began or name.startswith("x_")
        if name in head[:place]:
            yield name, "stands there twice"
        elif name in _KNOWN and ours_began:
            yield name, "must come before the columns that begin with x_"
        elif name not in _KNOWN and not name.startswith("x_"):
            yield name, "is not of FOCUS 1.2; a column of one's own begins with x_"


def _row(row: Cells) -> Found:
    for name, cell in row.items():
        yield from _cell(name, cell)
    for name, words in _WORDS.items():
        if (cell := row.get(name, "")) and cell not in words:
            yield name, f"must be one of {', '.join(sorted(words))}, not {cell!r}"
    for column, holds, text in _RULES:
        if column in row and not holds(row):
            yield column, text


def _cell(name: str, cell: str) -> Found:
    column = _KNOWN.get(name)
    if not cell:
        if name in MANDATORY and name not in _MAY_BE_EMPTY and name not in _PRICING:
            yield name, "must not be empty"
    elif column and column.kind is Kind.DECIMAL and not _NUMBER.fullmatch(cell):
        yield name, f"must be a plain decimal such as -12.50, not {cell!r}"
    elif column and column.kind is Kind.INSTANT and not _is_instant(cell):
        yield name, f"must be an instant such as 2026-11-01T04:00:00Z, not {cell!r}"


def _is_instant(cell: str) -> bool:
    try:
        datetime.fromisoformat(cell)
    except ValueError:
        return False
    return _INSTANT.fullmatch(cell) is not None


def _priced(row: Cells) -> bool:
    return row["ChargeCategory"] in _PRICED and row["ChargeClass"] != CORRECTION


def _pricing_fits(name: str) -> Callable[[Cells], bool]:
    def holds(row: Cells) -> bool:
        if row["ChargeCategory"] == "Tax":
            return not row[name]
        return bool(row[name]) or not _priced(row)

    return holds


def _paid_ahead_is_not_used(row: Cells) -> bool:
    costs = row["BilledCost"], row["EffectiveCost"]
    if row["ChargeCategory"] != "Purchase" or not all(map(_NUMBER.fullmatch, costs)):
        return True
    billed, effective = map(Decimal, costs)
    return effective in (0, billed)


def _object(cell: str) -> bool:
    try:
        return isinstance(json.loads(cell), dict)
    except ValueError:
        return False


def _later(end: str, start: str) -> Callable[[Cells], bool]:
    return lambda row: row[end] > row[start]


_WORDS = {
    "ChargeCategory": CATEGORIES,
    "ChargeClass": frozenset({CORRECTION}),
    "ChargeFrequency": FREQUENCIES,
    "ServiceCategory": SERVICE_CATEGORIES,
}

_RULES: tuple[tuple[str, Callable[[Cells], bool], str], ...] = (
    (
        "BillingCurrency",
        lambda row: _CURRENCY.fullmatch(row["BillingCurrency"]) is not None,
        "must be three letters of ISO 4217",
    ),
    (
        "BillingPeriodEnd",
        _later("BillingPeriodEnd", "BillingPeriodStart"),
        "must be after its start",
    ),
    ("ChargePeriodEnd", _later("ChargePeriodEnd", "ChargePeriodStart"), "must be after its start"),
    ("ChargeFrequency", lambda row: row["ChargeFrequency"] != "", "must not be empty"),
    (
        "ChargeFrequency",
        lambda row: (row["ChargeCategory"], row["ChargeFrequency"]) != ("Purchase", "Usage-Based"),
        "of a Purchase must not be Usage-Based",
    ),
    (
        "EffectiveCost",
        _paid_ahead_is_not_used,
        "of a Purchase must be 0 where it covers later months, otherwise as billed",
    ),
    *(
        (name, _pricing_fits(name), "must be empty of a Tax and filled of Usage and Purchase")
        for name in _PRICING
    ),
    (
        "ConsumedQuantity",
        lambda row: not row["ConsumedQuantity"] or row["ChargeCategory"] == "Usage",
        "is of Usage alone",
    ),
    ("Tags", lambda row: not row["Tags"] or _object(row["Tags"]), "must be a JSON object"),
)
