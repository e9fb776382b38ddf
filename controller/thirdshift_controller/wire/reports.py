"""The month."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DowntimeLine:
    """What one kind of fault cost in a month, in GPU-hours lost."""

    runbook: str
    incidents: int
    gpu_hours: float


@dataclass(frozen=True, slots=True)
class MonthReport:
    """The month's report as text; the HTML file lies where `html_path` says on the controller."""

    month: str
    downtime: tuple[DowntimeLine, ...]
    markdown: str
    html_path: str
