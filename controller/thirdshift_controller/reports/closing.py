"""Writes each month's report on its day and sends it: the job behind the close calendar."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.reports.calendar import Due, due
from thirdshift_controller.reports.post import (
    Letter,
    Post,
    PostRefusedError,
    PostUnreachableError,
)
from thirdshift_controller.reports.record import Entry, Record

log = logging.getLogger(__name__)


class Desk(Protocol):
    """Whoever makes the reports."""

    def write(self, report: Due, now: datetime) -> None:
        """Put it on the disk; the same may come twice."""
        ...

    def letter(self, report: Due, written_at: datetime) -> Letter:
        """What is sent of a report, as it stood when it was written."""
        ...


@dataclass(frozen=True, slots=True)
class Mailing:
    """Through whom, and to whom."""

    post: Post
    to: Sequence[str]


def close_months(
    now: datetime,
    timezone: ZoneInfo,
    since: datetime | None,
    desk: Desk,
    record: Record,
    mailing: Mailing | None,
) -> None:
    """Write what is due, then send what waits. What was not sent waits for the next call.

    Raises what `desk` raises, once every report before that one is written down.
    """
    for report in due(now, timezone, since, record.written()):
        desk.write(report, now)
        waiting = tuple(mailing.to) if mailing else ()
        record.keep(str(report.month), report.stage, Entry(now, waiting))
        log.info("report written", extra={"month": str(report.month), "stage": report.stage.value})
    if mailing is not None:
        _send_all(now, timezone, desk, record, mailing)


def _send_all(
    now: datetime, timezone: ZoneInfo, desk: Desk, record: Record, mailing: Mailing
) -> None:
    """A draft whose final is there is not sent any more; nor is anybody who left the list."""
    for (month, stage), entry in record.newest().items():
        entry = replace(entry, waiting=tuple(one for one in entry.waiting if one in mailing.to))
        if not entry.waiting:
            continue
        letter = desk.letter(Due(Month.parse(month, timezone), stage), entry.written_at)
        try:
            refused = mailing.post.send(letter, entry.waiting, now)
        except PostUnreachableError as error:
            log.warning("report not sent", extra={"report": letter.key, "why": str(error)})
            return
        except PostRefusedError as error:
            log.warning("report refused", extra={"report": letter.key, "why": str(error)})
            continue
        record.keep(month, stage, entry.after(refused, now))
        for address, why in refused.items():
            facts = {"report": letter.key, "to": address, "why": why}
            log.warning("report refused for a reader", extra=facts)
