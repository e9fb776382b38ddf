"""Reads the CSV files that `[files]` names, each row by row and then as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from thirdshift_controller.config.complaints import Complaints, Fault
from thirdshift_controller.config.sheets import Row, read_sheet
from thirdshift_controller.costs.books.books import Asset, Bill, BudgetPlan, BudgetRow, Credit
from thirdshift_controller.costs.books.files import register_checks as checks
from thirdshift_controller.costs.books.files.registers import (
    AssetRow,
    BillRow,
    BudgetCells,
    CreditRow,
    Place,
    PlanRow,
    RateRow,
    Sourced,
)
from thirdshift_controller.costs.books.files.tables import FilesTable
from thirdshift_controller.costs.exchange import Exchange, Rate

R = TypeVar("R", bound=Sourced)
V = TypeVar("V")
_Rows = tuple[Row[R], ...]


@dataclass(frozen=True, slots=True)
class Registers:
    """What the CSV files hold."""

    assets: tuple[Asset, ...]
    rates: tuple[Rate, ...]
    bills: tuple[Bill, ...]
    credits: tuple[Credit, ...]
    budget: tuple[BudgetRow, ...]
    plans: tuple[BudgetPlan, ...]


def read_registers(files: FilesTable, currency: str, complaints: Complaints) -> Registers:
    """Every row that can be read; what is wrong goes to `complaints`.

    `currency` is the books'; empty where it is not known, and then nothing is asked of the rates.
    """

    def read(path: Path | None, model: type[R]) -> _Rows[R]:
        return read_sheet(path, model, complaints) if path else ()

    def values(path: Path | None, rows: _Rows[R], value: Callable[[R, Place], V]) -> tuple[V, ...]:
        file = path.name if path else ""
        return tuple(value(row.cells, Place(file, row.line, currency)) for row in rows)

    assets = read(files.assets, AssetRow)
    if complaints.fine(files.assets):
        complaints.about(files.assets, checks.node_faults(assets))
    registers = Registers(
        assets=values(files.assets, assets, AssetRow.value),
        rates=values(files.exchange, read(files.exchange, RateRow), RateRow.value),
        bills=values(files.bills, read(files.bills, BillRow), BillRow.value),
        credits=values(files.credits, read(files.credits, CreditRow), CreditRow.value),
        budget=values(files.budget, read(files.budget, BudgetCells), BudgetCells.value),
        plans=values(files.plans, read(files.plans, PlanRow), PlanRow.value),
    )
    _check(files, registers, currency, complaints)
    return registers


def _check(files: FilesTable, registers: Registers, currency: str, complaints: Complaints) -> None:
    """What single rows cannot show. Without good rates it is not asked what lacks one."""
    unfit = [*_contradictions(files, registers)]
    if currency and complaints.fine(files.exchange):
        unfit += _rateless(files, registers, currency)
    for path, faults in unfit:
        if path is not None:
            complaints.about(path, faults)


def _contradictions(
    files: FilesTable, registers: Registers
) -> Iterator[tuple[Path | None, Iterable[Fault]]]:
    assets, budget, plans = registers.assets, registers.budget, registers.plans
    yield files.assets, checks.asset_faults(assets)
    yield files.assets, checks.twice(assets, lambda one: one.name, "name", "this name")
    yield files.exchange, checks.rate_faults(registers.rates)
    yield files.bills, checks.bill_faults(registers.bills, assets)
    month_and_line = "a budget of this month and line"
    yield files.budget, checks.twice(budget, lambda one: (one.month, one.line), "", month_and_line)
    yield files.plans, checks.twice(plans, lambda one: one.month, "month", "a plan of this month")


def _rateless(
    files: FilesTable, registers: Registers, currency: str
) -> Iterator[tuple[Path | None, Iterable[Fault]]]:
    exchange = Exchange(registers.rates)
    bought = [(one, one.unit_price, one.bought_on) for one in registers.assets]
    billed = [(one, one.amount, one.from_on) for one in registers.bills]
    returned = [(one, one.amount, one.on) for one in registers.credits]
    planned = [(one, one.amount, date.fromisoformat(f"{one.month}-01")) for one in registers.budget]
    yield files.assets, checks.rateless(bought, currency, exchange)
    yield files.bills, checks.rateless(billed, currency, exchange)
    yield files.credits, checks.rateless(returned, currency, exchange)
    yield files.budget, checks.rateless(planned, currency, exchange)
