"""Old news, late news, and what comes back: by what was closed and what is seen. Pure decisions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from thirdshift_agent.wire import GpuPresence, GpuReading, RecoveryAction
from thirdshift_runbooks.page import Page


class Closed(Protocol):
    """What must be known of an incident that was closed."""

    runbook: str
    closed_at: datetime | None
    verify_from_at: datetime | None


Row = TypeVar("Row", bound=Closed)


def is_history(
    at: datetime, known_since_at: datetime, reading: GpuReading | None, burst: timedelta
) -> bool:
    """Whether a signal from before our time is of a GPU that shows no trouble now.

    A kernel's log and an agent's journal reach back far beyond the day the controller came.
    """
    if reading is None or at >= known_since_at - burst:
        return False
    return not (
        reading.presence is not GpuPresence.PRESENT
        or reading.recovery_action not in (None, RecoveryAction.NONE)
        or reading.remap_pending
        or reading.remap_failed
    )


def late_news(closed: Iterable[Row], at: datetime) -> Row | None:
    """The unit's repair whose work ended after this happened: it is evidence, not a new fault."""
    mended = (row for row in closed if row.verify_from_at is not None and row.verify_from_at > at)
    return next(mended, None)


def comes_back(closed: Iterable[Row], page: Page, at: datetime, reopen: timedelta) -> Row | None:
    """The incident of the same page that was closed so lately that this is its going on."""
    lately = (
        row
        for row in closed
        if row.runbook == page.id and row.closed_at is not None and at - row.closed_at <= reopen
    )
    return next(lately, None)
