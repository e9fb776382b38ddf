"""The pages of a month's report: figures in, blocks out. What cannot be said is said to be so."""

from __future__ import annotations

from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.reports.blocks import Mark, Report
from thirdshift_controller.reports.pages import (
    assumptions,
    break_even,
    claims,
    energy,
    method,
    reliability,
    shares,
    showback,
    staff,
    summary,
    tornado,
    trend,
    units,
    variance,
)
from thirdshift_controller.reports.pages.quality import is_modelled
from thirdshift_controller.reports.wording import count, title, when

PAGES = (
    summary.page,
    shares.page,
    trend.page,
    variance.page,
    units.page,
    break_even.page,
    tornado.page,
    energy.page,
    reliability.page,
    staff.page,
    showback.page,
    claims.page,
    assumptions.page,
    method.page,
)


def report(figures: MonthFigures, *, simulated: bool = False) -> Report:
    """A month as fourteen pages; `simulated` where no GPU of the site exists."""
    return Report(
        title=f"{figures.site}, {title(figures.month)}",
        subtitle=_subtitle(figures),
        day=figures.month.last_day,
        marks=tuple(_marks(figures, simulated)),
        pages=tuple(page(figures) for page in PAGES),
    )


def _subtitle(figures: MonthFigures) -> str:
    gpus = f"{count(figures.gpus_installed, 'GPU', 'GPUs')}, {figures.gpu_model}"
    if figures.window is None:
        return f"{gpus}. Nothing of this month was recorded."
    window, month = figures.window, figures.month
    days = f"{window.covered_seconds / 3600:,.0f} of {month.seconds / 3600:,.0f} hours"
    begin, end = when(window.from_at, month), when(window.to_at, month)
    return f"{gpus}. Covers {begin} to {end}, {month.timezone.key}: {days}."


def _marks(figures: MonthFigures, simulated: bool) -> list[Mark]:
    held = {
        Mark.SIMULATED: simulated,
        Mark.DRAFT: not figures.closed,
        Mark.MODELLED: is_modelled(figures),
    }
    return [mark for mark, holds in held.items() if holds]
