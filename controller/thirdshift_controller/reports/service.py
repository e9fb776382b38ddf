"""The month's report: gathered once from the store, reckoned, written, closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.ledger.restate import restatements
from thirdshift_controller.costs.ledger.span import Span
from thirdshift_controller.costs.month.account import account
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.month.inputs import Accounts
from thirdshift_controller.costs.month.reckon import month_figures
from thirdshift_controller.costs.month.trend import MONTHS_SHOWN
from thirdshift_controller.costs.posting import Posting
from thirdshift_controller.reports.closed import ClosedMonths, shown
from thirdshift_controller.reports.formats import Format, usable, write_month
from thirdshift_controller.reports.gather import Gather

SO_FAR = "so-far"
RESTATED_MONTHS = 12
"""Older ones are corrected no more."""


@dataclass(frozen=True, slots=True)
class MonthReports:
    """Reckons, writes and closes a site's months."""

    accounts: Accounts
    gather: Gather
    """What there is of a month: the store's, or an example's."""
    closed: ClosedMonths
    folder: Path

    def month(self, text: str) -> Month:
        """Read `2026-11`. Raises `NotFoundError`."""
        return Month.parse(text, self.accounts.site.timezone)

    def figures(self, month: Month, now: datetime) -> MonthFigures:
        """A closed month as it was closed, another as it stands now. Raises `ConfigError`."""
        closed = self.closed.of(month)
        if closed is not None:
            return shown(closed)
        earlier = [shown(one) for one in self.closed.before(month)[-MONTHS_SHOWN:]]
        corrections = self.corrections(month, now)
        return month_figures(self.accounts, self.gather(month, now), earlier, corrections)

    def last_closed(self, now: datetime) -> MonthFigures | None:
        """The month that was closed last; `None` before the first. Raises `ConfigError`."""
        closed = self.closed.last_before(Month.of(now, self.accounts.site.timezone))
        return shown(closed) if closed else None

    def close(self, month: Month, now: datetime) -> MonthFigures:
        """Freeze a month that is over; the second time changes nothing. Raises `ConflictError`."""
        return shown(self.closed.close(self.figures(month, now), now))

    def write(
        self,
        figures: MonthFigures,
        now: datetime,
        formats: Iterable[Format] | None = None,
        folder: Path | None = None,
    ) -> list[Path]:
        """Write a month that was reckoned; until it has ended, into a folder of its own.

        Without `formats`, in all that are installed.
        """
        ours = self.folder if figures.month.to_at <= now else self.folder / SO_FAR
        return write_month(figures, folder or ours, usable() if formats is None else formats)

    def corrections(self, month: Month, now: datetime) -> tuple[Posting, ...]:
        """What a month restates of the closed ones before it. Raises `ConfigError`.

        A later one may have been closed first; what that restated is not restated again.
        """
        closed = self.closed.before(month)
        late = [self.month(one.month) for one in closed[-RESTATED_MONTHS:]]
        again = {str(one): account(self.accounts, self.gather(one, now)).own for one in late}
        return restatements(self.closed.every(), again, Span.until(month, now))
