"""Our own table, written by hand or by another site; `docs/cloud-prices.md` shows its columns.

Its rows bring their own day and source; a licence that a row lacks is the one given.
"""

from __future__ import annotations

from dataclasses import replace

from thirdshift_controller.config.complaints import Fault
from thirdshift_controller.config.sheets import read_rows
from thirdshift_controller.costs.market.importers.gathering import Gathering
from thirdshift_controller.costs.market.importers.remarks import Imported, Trap
from thirdshift_controller.costs.market.importers.source import Given, SourceFile
from thirdshift_controller.costs.market.price_row import PriceRow
from thirdshift_controller.costs.market.record import CURRENCY

_TRAPS = {
    "as_of": Trap.NO_DATE,
    "price_per_gpu_hour": Trap.NOT_A_NUMBER,
    "price_per_instance_hour": Trap.NOT_A_NUMBER,
}


def read(file: SourceFile, given: Given) -> Imported:
    """The rows that can be read. Raises `ConfigError` where the first line names other columns."""
    gathering = Gathering(file, given)
    faults: list[Fault] = []
    for row in read_rows(file.path, PriceRow, faults):
        line, price = row.line, row.cells.value
        gathering.row()
        if price.as_of > given.retrieved_on:
            gathering.drop(line, "as_of", Trap.FUTURE, f"{price.as_of}")
            continue
        if price.price.currency != CURRENCY:
            gathering.mark(line, "currency", Trap.CURRENCY, "decides nothing")
        licensed = replace(
            price, licence=price.licence or given.licence, sha256=price.sha256 or file.sha256
        )
        gathering.take(line, "price_per_gpu_hour", licensed)
    for fault in faults:
        _drop(gathering, fault)
    gathering.row(len({fault.line for fault in faults}))
    return gathering.result()


def _drop(gathering: Gathering, fault: Fault) -> None:
    column = fault.column or "price_per_gpu_hour"
    trap = _TRAPS.get(column, Trap.UNREADABLE)
    gathering.drop(fault.line, column, trap, fault.text)
