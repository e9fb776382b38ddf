"""What a month's report says of itself in a letter: five lines; the rest is in the files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import fill

from thirdshift_controller.costs.month.doubts import Weight
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.reports.calendar import Stage
from thirdshift_controller.reports.post import Attachment, Letter

_WIDTH = 78
"""As RFC 5322 would have it."""


def letter_of(figures: MonthFigures, stage: Stage, files: Sequence[Attachment]) -> Letter:
    """The letter of a report that was written, with its files."""
    name = f"{figures.site}, {figures.month}"
    return Letter(
        key=f"{figures.site}.{figures.month}.{stage}",
        subject=f"{name}, {stage}: {figures.total.shown()}",
        text="\n".join(fill(line, _WIDTH) for line in _lines(figures, stage)) + "\n",
        attachments=tuple(files),
    )


def _lines(figures: MonthFigures, stage: Stage) -> Iterator[str]:
    yield f"{figures.site} in {figures.month} ({stage})"
    yield ""
    planned = f" of {figures.budget.shown()} planned" if figures.budget else ""
    yield f"Cost: {figures.total.shown()}{planned}."
    if (price := figures.levels.available) is not None:
        yield f"An available GPU-hour: {price.shown()}."
    yield f"{figures.verdict.finding} {figures.verdict.condition}".strip()
    warnings = sum(doubt.weight is Weight.WARNING for doubt in figures.doubts)
    if warnings:
        yield f"To be read with it: {'one warning' if warnings == 1 else f'{warnings} warnings'}."
    if stage is Stage.DRAFT:
        yield "A draft: bills of the month may still come in."
