"""`activity.toml`: what an example site did, month by month, as averages."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from thirdshift_controller.config import Table

Ratio = Annotated[float, Field(ge=0, le=1)]


class MonthTable(Table):
    """`[[months]]`: one month's averages."""

    month: str
    available_ratio: Ratio
    allocated_ratio: Ratio
    utilised_ratio: Ratio
    duty_ratio: Ratio
    faults: dict[str, int]
    """Repairs by runbook."""


class ActivityFile(Table):
    """`activity.toml`."""

    busy_watts: float
    idle_watts: float
    daily_swing_ratio: Ratio
    metered_ratio: Ratio
    teams: dict[str, Ratio]
    phases: dict[str, Ratio]
    months: tuple[MonthTable, ...]
