"""What GPUs out of work cost in a month: by fault, and by what the repair waited for.

Spans that overlap on one GPU count for each of their incidents, so these GPU-hours can add up to
more than the hours that were not available.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import fsum

from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.usage.records import DowntimeSpan

PHASES = ("detect", "remote", "drain", "people", "hands", "verify")


@dataclass(frozen=True, slots=True)
class LostTime:
    """GPU-hours lost to one fault, or to waiting for one thing."""

    name: str
    incidents: int
    gpu_hours: float
    cost: Money | None
    """At the own price of an installed GPU-hour; `None` where there is no such price."""


@dataclass(frozen=True, slots=True)
class Downtime:
    """All that was lost in a month."""

    whole: LostTime
    ended: int
    """Incidents whose last span ended inside the window."""
    mean_hours_to_repair: float | None
    """Of those that ended: their spans together, without the time between two spells."""
    by_runbook: tuple[LostTime, ...]
    """Costliest first."""
    by_phase: tuple[LostTime, ...]
    """In the order in which an incident goes through them."""


def downtime(
    spans: Iterable[DowntimeSpan], from_at: datetime, to_at: datetime, price: Money | None
) -> Downtime:
    """What was lost between two instants, at a price of one GPU-hour.

    Spans may reach over both: only lost GPU-hours are cut, the time to repair is taken whole.
    """
    touching = [span for span in spans if span.from_at < to_at and span.to_at > from_at]

    def lost(name: str, ours: Sequence[DowntimeSpan]) -> LostTime:
        hours = fsum(_gpu_seconds(span, from_at, to_at) for span in ours) / 3600
        incidents = len({span.incident for span in ours})
        return LostTime(name, incidents, hours, price * Decimal(hours) if price else None)

    repairs = _repair_seconds(touching, to_at)
    runbooks = [lost(name, ours) for name, ours in _grouped(touching, lambda span: span.runbook)]
    phases = {name: lost(name, ours) for name, ours in _grouped(touching, lambda one: one.phase)}
    return Downtime(
        whole=lost("all", touching),
        ended=len(repairs),
        mean_hours_to_repair=fsum(repairs) / len(repairs) / 3600 if repairs else None,
        by_runbook=tuple(sorted(runbooks, key=lambda one: (-one.gpu_hours, one.name))),
        by_phase=tuple(phases.get(name) or lost(name, ()) for name in PHASES),
    )


def _grouped(
    spans: Iterable[DowntimeSpan], key: Callable[[DowntimeSpan], str]
) -> list[tuple[str, list[DowntimeSpan]]]:
    groups: dict[str, list[DowntimeSpan]] = defaultdict(list)
    for span in spans:
        groups[key(span)].append(span)
    return sorted(groups.items())


def _gpu_seconds(span: DowntimeSpan, from_at: datetime, to_at: datetime) -> float:
    seconds = (min(span.to_at, to_at) - max(span.from_at, from_at)).total_seconds()
    return span.gpus * seconds


def _repair_seconds(spans: Iterable[DowntimeSpan], to_at: datetime) -> list[float]:
    incidents = [ours for _, ours in _grouped(spans, lambda span: span.incident)]
    ended = [ours for ours in incidents if max(span.to_at for span in ours) < to_at]
    return [fsum((span.to_at - span.from_at).total_seconds() for span in ours) for ours in ended]
