"""When a month's report is due: a draft on the third day after it, the final on the tenth. Pure.

Days are the site's own, whatever its clocks do. A month that was missed, because nobody ran the
controller, is due until it is there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from thirdshift_controller.costs.calendar import Month


class Stage(StrEnum):
    """How far a month's report is."""

    DRAFT = "draft"
    """To be looked through; bills may still come in."""
    FINAL = "final"
    """The month is closed; what comes after restates it."""


DAY_OF = {Stage.DRAFT: 3, Stage.FINAL: 10}
"""Of the month after."""


@dataclass(frozen=True, slots=True)
class Due:
    """A report to be written."""

    month: Month
    stage: Stage


Written = Collection[tuple[str, Stage]]
"""What there is already: `2026-11` and its stage."""


def due(now: datetime, timezone: ZoneInfo, since: datetime | None, written: Written) -> list[Due]:
    """What is to be written now, oldest first; `since` is the first instant with records."""
    today = now.astimezone(timezone).date()
    if since is None:
        return []
    months = _ended(Month.of(since, timezone), today)
    found = ((month, _stage(month, today, written)) for month in months)
    return [Due(month, stage) for month, stage in found if stage is not None]


def due_on(month: Month, stage: Stage) -> date:
    """The day of the site on which a report is due."""
    return month.last_day + timedelta(days=DAY_OF[stage])


def _ended(month: Month, today: date) -> Iterator[Month]:
    while month.last_day < today:
        yield month
        month = Month.of(month.to_at, month.timezone)


def _stage(month: Month, today: date, written: Written) -> Stage | None:
    """The farther stage goes first: after it no draft is wanted."""
    for stage in (Stage.FINAL, Stage.DRAFT):
        if (str(month), stage) in written:
            return None
        if today >= due_on(month, stage):
            return stage
    return None
