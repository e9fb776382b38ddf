"""When a month may be closed: a draft on the third day after it, final from the tenth."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from thirdshift_controller.costs.calendar import Month

DRAFT_DAY = 3
FINAL_DAY = 10


class Stage(StrEnum):
    """How far a month is."""

    RUNNING = "running"
    """It has not ended, or the records of its last days may still come in."""
    DRAFT = "draft"
    """Its own records are in; bills may be missing."""
    FINAL = "final"
    """It may be closed. What comes later restates it."""


def stage(month: Month, today: date) -> Stage:
    """How far a month is on a day of the site."""
    days = (today - month.last_day) / timedelta(days=1)
    if days < DRAFT_DAY:
        return Stage.RUNNING
    return Stage.FINAL if days >= FINAL_DAY else Stage.DRAFT
