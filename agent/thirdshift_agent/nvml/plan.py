"""The questions that rows put to NVML, compiled so that each is asked once.

All numbered fields of a GPU go into one batch; rows that pick from one answer share the call; a
call whose rows were answered by something better is not made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from thirdshift_agent.collectors.gpu.source import (
    Activity,
    Call,
    Field,
    GpuRow,
    Pick,
    Several,
    Source,
)
from thirdshift_agent.collectors.row import Series
from thirdshift_agent.nvml.fields import FieldKey

CallKey = tuple[str, tuple[object, ...]]
"""Function and arguments."""


class Taker(NamedTuple):
    """A series that wants a number: what it picks, and the factor to its base unit."""

    series: Series
    pick: Pick | None
    scale: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask. The same for every GPU."""

    fields: dict[FieldKey, list[Taker]] = field(default_factory=dict)
    calls: dict[CallKey, list[Taker]] = field(default_factory=dict)
    activities: dict[int, Taker] = field(default_factory=dict)
    several: list[tuple[str, Several]] = field(default_factory=list)


def plan_of(rows: Iterable[GpuRow]) -> Plan:
    """Compile the rows' sources."""
    plan = Plan()
    for row in rows:
        if isinstance(row.sources, Several):
            plan.several.append((row.name, row.sources))
            continue
        for labels, sources in row.sources.items():
            for source in sources:
                _add(plan, (row.name, labels), source)
    return plan


def _add(plan: Plan, series: Series, source: Source) -> None:
    match source:
        case Field(number, scale, pick, scope):
            plan.fields.setdefault((number, scope), []).append(Taker(series, pick, scale))
        case Call(function, arguments, pick, scale):
            plan.calls.setdefault((function, arguments), []).append(Taker(series, pick, scale))
        case Activity(number, scale):
            plan.activities[number] = Taker(series, None, scale)
