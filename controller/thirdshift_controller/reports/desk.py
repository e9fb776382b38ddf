"""Makes the reports that the close calendar asks for: a draft, then the closed month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from thirdshift_controller.reports.calendar import Due, Stage
from thirdshift_controller.reports.formats import Format
from thirdshift_controller.reports.letter import letter_of
from thirdshift_controller.reports.post import Attachment, Letter
from thirdshift_controller.reports.service import MonthReports

ENCLOSED: Mapping[Format, str] = {Format.PDF: "application/pdf", Format.TIDY: "text/csv"}
"""What goes by mail, and its media type."""


@dataclass(frozen=True, slots=True)
class ReportDesk:
    """Drafts lie in a folder of their own; a month's final report is of its frozen figures."""

    reports: MonthReports

    def write(self, report: Due, now: datetime) -> None:
        """Implements `Desk.write`."""
        ours, month = self.reports, report.month
        final = report.stage is Stage.FINAL
        figures = ours.close(month, now) if final else ours.figures(month, now)
        ours.write(figures, now, folder=self._folder(report.stage))

    def letter(self, report: Due, written_at: datetime) -> Letter:
        """Implements `Desk.letter`."""
        folder = self._folder(report.stage)
        figures = self.reports.figures(report.month, written_at)
        files = (folder / f"{report.month}.{one}" for one in ENCLOSED)
        enclosed = [
            Attachment(file.name, media_type, file.read_bytes())
            for file, media_type in zip(files, ENCLOSED.values(), strict=True)
        ]
        return letter_of(figures, report.stage, enclosed)

    def _folder(self, stage: Stage) -> Path:
        return self.reports.folder if stage is Stage.FINAL else self.reports.folder / "drafts"
