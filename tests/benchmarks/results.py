"""What a run of the benches measured: one table at its end, and `build/bench.json`.

A figure alone says little of another machine; its ratio to what was measured beside it says more.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

KEPT = Path(__file__).parents[2] / "build" / "bench.json"


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of ours beside another's, in the same unit."""

    measure: str
    ours: float
    other: float
    unit: str
    beside: str

    @property
    def ratio(self) -> float | None:
        """Ours over the other's; None where the other's is nothing."""
        return self.ours / self.other if self.other else None


rows: list[Row] = []
"""Of this run, in the order in which they were measured."""


def add(measure: str, ours: float, other: float, unit: str, beside: str) -> None:
    """Put one more row into this run's table."""
    rows.append(Row(measure, ours, other, unit, beside))


def table() -> Iterator[str]:
    """The lines of the table, ratios first."""
    yield f"{'ratio':>7} {'ours':>11} {'other':>11}  {'unit':9} measure, and what it is beside"
    for row in rows:
        ratio = "-" if row.ratio is None else f"{row.ratio:.2f}"
        yield (
            f"{ratio:>7} {row.ours:>11,.2f} {row.other:>11,.2f}  {row.unit:9}"
            f" {row.measure}, beside {row.beside}"
        )


def keep() -> None:
    """Write the rows for who makes a page of them; a part of the benches replaces its own rows."""
    old = json.loads(KEPT.read_text(encoding="utf-8"))["rows"] if KEPT.exists() else []
    new = [{**asdict(row), "ratio": row.ratio} for row in rows]
    KEPT.parent.mkdir(exist_ok=True)
    text = json.dumps({"machine": _machine(), "rows": [*_others(old, new), *new]}, indent=2)
    KEPT.write_text(text + "\n", encoding="utf-8")


def _others(
    old: Iterable[dict[str, object]], new: Iterable[dict[str, object]]
) -> list[dict[str, object]]:
    measured = {row["measure"] for row in new}
    return [row for row in old if row["measure"] not in measured]


def _machine() -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }
