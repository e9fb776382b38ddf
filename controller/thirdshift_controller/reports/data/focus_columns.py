"""Every column of FOCUS 1.2 and what a posting has in it, and our own columns after them.

A column with no `write` does not apply to metal of one's own. FOCUS 1.2 then has it left out;
FOCUS 1.0 had every column in every file, and there it is empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.posting import CAPITAL_LINES, Charge, Line, Posting
from thirdshift_controller.reports.data.focus_words import CHARGES, CORRECTION, SERVICES
from thirdshift_controller.reports.data.plain import Cell, counted

_KWH = "kWh"
TAG_PREFIX = "thirdshift:"


class FocusVersion(StrEnum):
    """Which FOCUS a file follows."""

    V1_0 = "1.0"
    V1_2 = "1.2"


class Level(StrEnum):
    """How much FOCUS wants a column."""

    MANDATORY = "Mandatory"
    RECOMMENDED = "Recommended"
    CONDITIONAL = "Conditional"
    OURS = "ours"


class Kind(StrEnum):
    """What its cells are."""

    TEXT = "text"
    DECIMAL = "decimal"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Row:
    """A charge and the month that it is reported with."""

    month: MonthFigures
    charge: Posting


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    level: Level
    kind: Kind
    told: str
    """For the page: what we write, or why there is nothing to write."""
    write: Callable[[Row], Cell] | None = None
    since: str = "1.0"


def category(row: Row) -> str:
    """`Usage`, `Purchase`, `Tax` or `Credit`."""
    return CHARGES[row.charge.charge].category


def _contracted(row: Row) -> Decimal:
    charge = row.charge
    return (charge.effective if charge.charge is Charge.WEAR else charge.billed).amount


def _untaxed(write: Callable[[Posting], Cell]) -> Callable[[Row], Cell]:
    return lambda row: None if category(row) == "Tax" else write(row.charge)


def _consumed(write: Callable[[Posting], Cell]) -> Callable[[Row], Cell]:
    return lambda row: write(row.charge) if category(row) == "Usage" else None


def _thing(write: Callable[[Row], str]) -> Callable[[Row], Cell]:
    return lambda row: write(row) if row.charge.line in CAPITAL_LINES else None


def _supplier(row: Row) -> str:
    return row.charge.supplier or row.month.site


def _tags(row: Row) -> str:
    tags = {"gpu_model": row.month.gpu_model, "line": row.charge.line, "site": row.month.site}
    return json.dumps({TAG_PREFIX + key: tag for key, tag in tags.items()}, ensure_ascii=False)


def _source(row: Row) -> str:
    return "modelled" if row.charge.modelled else "measured"


def _of_energy(write: Callable[[Row], Cell]) -> Callable[[Row], Cell]:
    return lambda row: write(row) if row.charge.unit == _KWH else None


def _pue(row: Row) -> Cell:
    return row.month.energy.pue if row.charge.line is Line.ELECTRICITY else None


def _hours(level: str) -> Callable[[Row], Cell]:
    def write(row: Row) -> Cell:
        hours = row.month.gpu_hours(level)
        return None if hours is None else counted(hours)

    return write


def _text(
    name: str,
    level: Level,
    told: str,
    write: Callable[[Row], Cell] | None = None,
    since: str = "1.0",
) -> Column:
    return Column(name, level, Kind.TEXT, told, write, since)


def _number(
    name: str,
    level: Level,
    told: str,
    write: Callable[[Row], Cell] | None = None,
    since: str = "1.0",
) -> Column:
    return Column(name, level, Kind.DECIMAL, told, write, since)


def _instant(name: str, told: str, write: Callable[[Row], datetime]) -> Column:
    return Column(name, Level.MANDATORY, Kind.INSTANT, told, write)


_M, _R, _C, _O = Level.MANDATORY, Level.RECOMMENDED, Level.CONDITIONAL, Level.OURS
_NO_COMMITMENT = "no discount for a commitment"
_NO_RESERVATION = "no reservation of a cloud's capacity"
_NO_LIST = "no price list is published for one's own metal"
_NO_SUB = "a site has no accounts below it"
_IN_WORKING = "a rate of exchange is told in `x_Working`"

COLUMNS = (
    _text("AvailabilityZone", _R, "empty: a site is one place"),
    _number("BilledCost", _M, "the cash ledger", lambda row: row.charge.billed.amount),
    _text("BillingAccountId", _M, "the site", lambda row: row.month.site),
    _text("BillingAccountName", _M, "the site", lambda row: row.month.site),
    _text("BillingAccountType", _C, "one type of account", since="1.2"),
    _text("BillingCurrency", _M, "the currency of the books", lambda row: row.month.currency),
    _instant(
        "BillingPeriodEnd", "the first instant after the month", lambda r: r.month.month.to_at
    ),
    _instant("BillingPeriodStart", "the month's first instant", lambda r: r.month.month.from_at),
    _text("CapacityReservationId", _C, _NO_RESERVATION, since="1.1"),
    _text("CapacityReservationStatus", _C, _NO_RESERVATION, since="1.1"),
    _text("ChargeCategory", _M, "by the charge, see above", category),
    _text(
        "ChargeClass",
        _M,
        f"`{CORRECTION}` where a closed month is restated, otherwise empty",
        lambda row: CORRECTION if row.charge.corrects else None,
    ),
    _text("ChargeDescription", _M, "the asset, contract or tariff's part", lambda r: r.charge.what),
    _text(
        "ChargeFrequency",
        _R,
        "by the charge, see above",
        lambda row: CHARGES[row.charge.charge].frequency,
    ),
    _instant(
        "ChargePeriodEnd", "the first instant that it does not cover", lambda r: r.charge.to_at
    ),
    _instant("ChargePeriodStart", "the first that it covers", lambda r: r.charge.from_at),
    _text("CommitmentDiscountCategory", _C, _NO_COMMITMENT),
    _text("CommitmentDiscountId", _C, _NO_COMMITMENT),
    _text("CommitmentDiscountName", _C, _NO_COMMITMENT),
    _number("CommitmentDiscountQuantity", _C, _NO_COMMITMENT, since="1.1"),
    _text("CommitmentDiscountStatus", _C, _NO_COMMITMENT),
    _text("CommitmentDiscountType", _C, _NO_COMMITMENT),
    _text("CommitmentDiscountUnit", _C, _NO_COMMITMENT, since="1.1"),
    _number(
        "ConsumedQuantity", _C, "the quantity, of usage", _consumed(lambda charge: charge.quantity)
    ),
    _text("ConsumedUnit", _C, "its unit, of usage", _consumed(lambda charge: charge.unit)),
    _number("ContractedCost", _M, "what is billed; of wear, what is booked", _contracted),
    _number("ContractedUnitPrice", _C, _NO_LIST),
    _number("EffectiveCost", _M, "the book ledger", lambda row: row.charge.effective.amount),
    _text("InvoiceId", _R, "empty: the bill is named in `x_Origin`", since="1.2"),
    _text("InvoiceIssuerName", _M, "the supplier, otherwise the site", _supplier),
    _number("ListCost", _M, "as ContractedCost", _contracted),
    _number("ListUnitPrice", _C, _NO_LIST),
    _text("PricingCategory", _C, "one way of pricing"),
    _text("PricingCurrency", _C, _IN_WORKING, since="1.2"),
    _number("PricingCurrencyContractedUnitPrice", _C, _IN_WORKING, since="1.2"),
    _number("PricingCurrencyEffectiveCost", _C, _IN_WORKING, since="1.2"),
    _number("PricingCurrencyListUnitPrice", _C, _IN_WORKING, since="1.2"),
    _number(
        "PricingQuantity", _M, "the quantity; empty of a tax", _untaxed(lambda one: one.quantity)
    ),
    _text("PricingUnit", _M, "its unit; empty of a tax", _untaxed(lambda charge: charge.unit)),
    _text("ProviderName", _M, "the supplier, otherwise the site", _supplier),
    _text("PublisherName", _M, "the supplier, otherwise the site", _supplier),
    _text("RegionId", _C, "the site", lambda row: row.month.site),
    _text("RegionName", _C, "the site", lambda row: row.month.site),
    _text(
        "ResourceId",
        _C,
        "`site/line/what` of a thing that was bought",
        _thing(lambda row: f"{row.month.site}/{row.charge.line}/{row.charge.what}"),
    ),
    _text("ResourceName", _C, "its name", _thing(lambda row: row.charge.what)),
    _text("ResourceType", _C, "its service", _thing(lambda r: SERVICES[r.charge.line].name)),
    _text(
        "ServiceCategory", _M, "by the line, see above", lambda r: SERVICES[r.charge.line].category
    ),
    _text("ServiceName", _M, "by the line, see above", lambda r: SERVICES[r.charge.line].name),
    _text(
        "ServiceSubcategory",
        _R,
        "by the line, see above",
        lambda row: SERVICES[row.charge.line].subcategory,
        since="1.1",
    ),
    _text("SkuId", _C, _NO_LIST),
    _text("SkuMeter", _C, _NO_LIST, since="1.1"),
    _text("SkuPriceDetails", _C, _NO_LIST, since="1.1"),
    _text("SkuPriceId", _C, _NO_LIST),
    _text("SubAccountId", _C, _NO_SUB),
    _text("SubAccountName", _C, _NO_SUB),
    _text("SubAccountType", _C, _NO_SUB, since="1.2"),
    _text("Tags", _C, "site, line and GPU model as a JSON object", _tags),
)
"""All 57 of FOCUS 1.2, by name."""

_OF_THE_MONTH = "of all that was reckoned, the same on each row: never add it up"

EXTENSIONS = (
    _text("x_CostLine", _O, "the line, as budgets name it", lambda row: row.charge.line.value),
    _text(
        "x_Charge",
        _O,
        "how the amount comes about; `wear` also of what was paid ahead",
        lambda row: row.charge.charge.value,
    ),
    _number("x_EconomicCost", _O, "the economic ledger", lambda row: row.charge.economic.amount),
    _text("x_Working", _O, "the arithmetic in words", lambda row: row.charge.working),
    _text("x_Origin", _O, "who said it, when, in which file", lambda row: str(row.charge.origin)),
    _text("x_Corrects", _O, "the closed month restated", lambda row: row.charge.corrects or None),
    _text(
        "x_Modelled",
        _O,
        "`true` where an estimate stands in for a meter that was not read",
        lambda row: str(row.charge.modelled).lower(),
    ),
    _number(
        "x_EnergyKwh",
        _O,
        "kWh that the row prices; parts of a tariff price the same ones",
        _of_energy(lambda row: row.charge.quantity),
    ),
    _text(
        "x_EnergySource",
        _O,
        "`measured` or `modelled`, of those kWh",
        _of_energy(_source),
    ),
    _number("x_Pue", _O, "the month's PUE, on electricity", _pue),
    _number("x_GpuHoursInstalled", _O, f"installed, {_OF_THE_MONTH}", _hours("installed")),
    _number("x_GpuHoursAvailable", _O, f"available, {_OF_THE_MONTH}", _hours("available")),
    _number("x_GpuHoursAllocated", _O, f"allocated, {_OF_THE_MONTH}", _hours("allocated")),
    _number("x_GpuHoursUtilised", _O, f"utilised, {_OF_THE_MONTH}", _hours("utilised")),
)
"""Ours, after FOCUS's own; their names begin with `x_` as FOCUS has it."""

MANDATORY = tuple(column.name for column in COLUMNS if column.level is Level.MANDATORY)


def columns(version: FocusVersion) -> tuple[Column, ...]:
    """The columns of a file of that version, in their order."""
    known = [column for column in COLUMNS if column.since <= version]
    if version is FocusVersion.V1_2:
        known = [column for column in known if column.write or column.level is not _C]
    return (*known, *EXTENSIONS)
