"""The months' own jobs: reports on their days, letters, and the price that metrics tell."""

from __future__ import annotations

from thirdshift_controller.adapters.mail import SmtpPost
from thirdshift_controller.bootstrap.foundation import Foundation
from thirdshift_controller.reports.closing import Mailing, close_months
from thirdshift_controller.reports.desk import ReportDesk
from thirdshift_controller.reports.exports.priced import PricedMonth
from thirdshift_controller.reports.record import Record
from thirdshift_controller.store import usage

RECORD = "written.json"


def keep_calendar(base: Foundation) -> None:
    """Write, close and send what is due by now."""
    reports, mail = base.reports, base.config.mail
    with base.store.read() as session:
        since = usage.first_at(session)
    reports.folder.mkdir(parents=True, exist_ok=True)
    close_months(
        base.clock.now(),
        base.site.timezone,
        since,
        ReportDesk(reports),
        Record(reports.folder / RECORD),
        Mailing(SmtpPost(mail), mail.to) if mail else None,
    )


def last_prices(base: Foundation) -> PricedMonth | None:
    """Of the month that was closed last; `None` before the first."""
    figures = base.reports.last_closed(base.clock.now())
    return PricedMonth.of(figures) if figures else None
