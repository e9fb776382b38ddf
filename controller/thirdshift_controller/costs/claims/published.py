"""Figures that others have published and claims are judged by, each with where it was read.

They are no part of any site's books, and no price of renting: those are `market/`. Where no day is
known, the source says the year.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

from thirdshift_controller.costs.origin import Origin

_HERE = Path(str(files("thirdshift_controller.costs.claims")))
FIGURES = _HERE / "published.csv"
GENERATIONS = _HERE / "generations.csv"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that somebody published."""

    value: Decimal
    unit: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Generation:
    """One chip and its successor at the same seller's on the same day."""

    pair: str
    purchase: bool
    """Whether the prices are of cards; otherwise they are rents."""
    before: str
    """As the figures `tflops_...` name it."""
    after: str
    price_before: Decimal
    price_after: Decimal
    origin: Origin


def load_figures(path: Path = FIGURES) -> Mapping[str, Figure]:
    """The bundled figures by name."""
    return {
        row["name"]: Figure(Decimal(row["value"]), row["unit"], origin)
        for row, origin in _rows(path)
    }


def load_generations(path: Path = GENERATIONS) -> tuple[Generation, ...]:
    """The bundled pairs of chips."""
    return tuple(
        Generation(
            pair=row["pair"],
            purchase=row["kind"] == "purchase",
            before=row["before"],
            after=row["after"],
            price_before=Decimal(row["price_before"]),
            price_after=Decimal(row["price_after"]),
            origin=origin,
        )
        for row, origin in _rows(path)
    )


def _rows(path: Path) -> Iterator[tuple[dict[str, str], Origin]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        for row in rows:
            as_of = date.fromisoformat(row["as_of"]) if row["as_of"] else None
            yield row, Origin(row["source"], as_of, path.name, rows.line_num)
