"""Pieces of hours put together: rows of one name and one hour become their sum. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from operator import add, attrgetter
from typing import TypeVar

from thirdshift_controller.costs.usage.records import NodeHour, TeamHour

Row = TypeVar("Row", NodeHour, TeamHour)

_VALUES = {kind: attrgetter(*kind.__slots__) for kind in (NodeHour, TeamHour)}
"""All fields of a row: its name, its hour, and what adds up."""


def added(rows: Iterable[Row]) -> tuple[Row, ...]:
    """One row for each name and hour, in that order."""
    sums: dict[tuple[str, datetime], list[float]] = {}
    kind: type[Row] | None = None
    for row in rows:
        kind = type(row)
        name, hour_at, *values = _VALUES[kind](row)
        before = sums.get((name, hour_at))
        sums[name, hour_at] = values if before is None else list(map(add, before, values))
    return tuple(kind(*key, *sums[key]) for key in sorted(sums)) if kind else ()
