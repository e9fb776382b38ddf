"""The month's report: gathered once from the store, reckoned, written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from thirdshift_controller.costs.books.file import CostsFile
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.market.prices import CloudPrice
from thirdshift_controller.costs.month.month import MonthFigures, month_figures
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.reports.gather import downtime_spans
from thirdshift_controller.reports.write import WrittenReport, write_month
from thirdshift_controller.store import usage
from thirdshift_controller.store.database import Store
from thirdshift_runbooks.catalogue import Catalogue

SO_FAR = "so-far"


@dataclass(frozen=True, slots=True)
class MonthReports:
    """Writes a site's months."""

    store: Store
    site: Site
    catalogue: Catalogue
    costs: CostsFile
    prices: tuple[CloudPrice, ...]
    folder: Path

    def figures(self, text: str, now: datetime) -> MonthFigures:
        """Reckon the month `YYYY-MM` as it stands. Raises `NotFoundError` on another shape."""
        month = Month.parse(text, self.site.timezone)
        with self.store.read() as session:
            hours = usage.between(session, month.from_at, month.to_at)
            spans = list(downtime_spans(session, self.catalogue, month, now))
        model = next(node.model for node in self.site.nodes())
        return month_figures(self.site, month, hours, spans, self.costs, self.prices, model)

    def write(
        self, figures: MonthFigures, now: datetime, folder: Path | None = None
    ) -> WrittenReport:
        """Write a month that was reckoned; until it has ended, into a folder of its own."""
        ours = self.folder if figures.month.to_at <= now else self.folder / SO_FAR
        return write_month(figures, folder or ours)

    def write_last(self, now: datetime) -> None:
        """Write the month that ended last, once; nothing where nothing of it was watched."""
        begin_at = Month.of(now, self.site.timezone).from_at
        last = Month.of(begin_at - timedelta(seconds=1), self.site.timezone)
        if not (self.folder / f"{last}.html").exists():
            figures = self.figures(str(last), now)
            if figures.window is not None:
                self.write(figures, now)
