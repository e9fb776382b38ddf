"""The tables of `costs.toml`, and the values that they become."""

from __future__ import annotations

from decimal import Decimal

from pydantic import ConfigDict

from thirdshift_controller.config import Table
from thirdshift_controller.config.fields import (
    Amount,
    Currency,
    Day,
    Note,
    Number,
    Positive,
    Ratio,
    Text,
)
from thirdshift_controller.config.source import Beside, Source
from thirdshift_controller.costs.books.books import Basis, Capital, Contract, Range, Tax
from thirdshift_controller.costs.books.files.line_name import LineName
from thirdshift_controller.costs.origin import Origin


class FilesTable(Table):
    """`[files]`: the registers, and what other readers load."""

    assets: Beside
    exchange: Beside | None = None
    bills: Beside | None = None
    credits: Beside | None = None
    budget: Beside | None = None
    plans: Beside | None = None
    power: Beside | None = None
    """The tariffs and meters of electricity."""
    prices: Beside | None = None
    """The folder of the cloud's prices."""


class FilesAlone(Table):
    """The file, read for the files that it names and nothing else."""

    model_config = ConfigDict(extra="ignore")

    files: FilesTable


class CapitalTable(Table):
    """`[capital]`."""

    cost_ratio_per_year: Ratio
    source: Text
    as_of: Day


class ContractTable(Table):
    """`[[contracts]]`."""

    name: Text
    line: LineName
    basis: Basis
    amount: Amount
    currency: Currency | None = None
    quantity: Positive = Decimal(1)
    of: tuple[LineName, ...] = ()
    from_on: Day | None = None
    to_on: Day | None = None
    supplier: Note = ""
    source: Text
    as_of: Day


class TaxTable(Table):
    """`[[taxes]]`."""

    name: Text
    ratio: Ratio
    lines: tuple[LineName, ...]
    recoverable: bool
    source: Text
    as_of: Day


class RangeTable(Table):
    """`[[ranges]]`."""

    driver: Text
    low: Number
    high: Number
    source: Text
    as_of: Day | None = None


class CostsTables(Table):
    """The whole file."""

    currency: Currency
    capital: CapitalTable
    files: FilesTable
    contracts: tuple[ContractTable, ...] = ()
    taxes: tuple[TaxTable, ...] = ()
    ranges: tuple[RangeTable, ...] = ()


Sourced = CapitalTable | ContractTable | TaxTable | RangeTable


def capital_of(tables: CostsTables, source: Source) -> Capital:
    """What capital costs."""
    capital = tables.capital
    return Capital(capital.cost_ratio_per_year, _origin(capital, source, "capital"))


def contracts_of(tables: CostsTables, source: Source) -> tuple[Contract, ...]:
    """The contracts, in the order of the file."""
    return tuple(
        Contract(
            name=table.name,
            line=table.line,
            basis=table.basis,
            amount=table.amount,
            currency=table.currency or tables.currency,
            quantity=table.quantity,
            of=table.of,
            from_on=table.from_on,
            to_on=table.to_on,
            supplier=table.supplier,
            origin=_origin(table, source, "contracts", number),
        )
        for number, table in enumerate(tables.contracts)
    )


def taxes_of(tables: CostsTables, source: Source) -> tuple[Tax, ...]:
    """The taxes, in the order of the file."""
    return tuple(
        Tax(
            name=table.name,
            ratio=table.ratio,
            lines=table.lines,
            recoverable=table.recoverable,
            origin=_origin(table, source, "taxes", number),
        )
        for number, table in enumerate(tables.taxes)
    )


def ranges_of(tables: CostsTables, source: Source) -> tuple[Range, ...]:
    """The ranges, in the order of the file."""
    return tuple(
        Range(table.driver, table.low, table.high, _origin(table, source, "ranges", number))
        for number, table in enumerate(tables.ranges)
    )


def _origin(table: Sourced, source: Source, *path: str | int) -> Origin:
    return Origin(table.source, table.as_of, source.path.name, source.line(path))
