"""The month as one HTML file that needs nothing else: no script, no fetch, one chart inside."""

from __future__ import annotations

from markupsafe import Markup

from thirdshift_controller.costs.month.month import MonthFigures
from thirdshift_controller.reports.bill import by_category
from thirdshift_controller.reports.chart import price_chart
from thirdshift_controller.reports.words import environment


def html(figures: MonthFigures) -> str:
    """The page."""
    bill = by_category(figures.cost) if figures.cost else ()
    chart = Markup(price_chart(figures))
    template = environment(autoescape=True).get_template("month.html.j2")
    return template.render(figures=figures, bill=bill, chart=chart)
