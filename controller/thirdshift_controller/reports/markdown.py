"""The month as Markdown: every figure of the HTML, without the chart."""

from __future__ import annotations

from thirdshift_controller.costs.month.month import MonthFigures
from thirdshift_controller.reports.bill import by_category
from thirdshift_controller.reports.words import environment


def markdown(figures: MonthFigures) -> str:
    """The report's text."""
    bill = by_category(figures.cost) if figures.cost else ()
    template = environment(autoescape=False).get_template("month.md.j2")
    return template.render(figures=figures, bill=bill)
