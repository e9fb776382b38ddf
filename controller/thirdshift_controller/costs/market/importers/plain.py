"""Our own table, written by hand or by another site; `docs/cloud-prices.md` shows its columns.

Its rows bring their own day and source; a licence that a row lacks is the one given.
"""

from __future__ import annotations

from dataclasses import replace

from thirdshift_controller.costs.market.cells import Problem, rows
from thirdshift_controller.costs.market.importers.gathering import Gathering
from thirdshift_controller.costs.market.importers.remarks import Imported, Trap
from thirdshift_controller.costs.market.importers.source import Given, SourceFile
from thirdshift_controller.costs.market.record import CURRENCY
from thirdshift_controller.costs.market.table import COLUMNS, price_of

_TRAPS = {
    "as_of": Trap.NO_DATE,
    "price_per_gpu_hour": Trap.NOT_A_NUMBER,
    "price_per_instance_hour": Trap.NOT_A_NUMBER,
}


def read(file: SourceFile, given: Given) -> Imported:
    """The rows that can be read. Raises `ConfigError` where the first line names other columns."""
    gathering = Gathering(file, given)
    found, problems = rows(file.path, COLUMNS, price_of)
    for place, price in found:
        gathering.row()
        if price.price.currency != CURRENCY:
            gathering.mark(place.line, "currency", Trap.CURRENCY, "decides nothing")
        licensed = replace(
            price, licence=price.licence or given.licence, sha256=price.sha256 or file.sha256
        )
        gathering.take(place.line, "price_per_gpu_hour", licensed)
    for problem in problems:
        _drop(gathering, problem)
    gathering.row(len({problem.place.line for problem in problems}))
    return gathering.result()


def _drop(gathering: Gathering, problem: Problem) -> None:
    column = problem.column or "price_per_gpu_hour"
    trap = _TRAPS.get(column, Trap.UNREADABLE)
    gathering.drop(problem.place.line, column, trap, problem.what)
