"""Page 10: whose hands there were, for how many of the hours, and what a repair cost."""

from __future__ import annotations

from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.reports.blocks import (
    Card,
    Cards,
    Page,
    Paragraph,
    Row,
    Table,
    Tone,
    right,
    wide,
)
from thirdshift_controller.reports.wording import amount, line, money, number, percent

TITLE = "People"
_PEOPLE = (Line.TECHNICIANS, Line.ENGINEERS, Line.REMOTE_HANDS)


def page(figures: MonthFigures) -> Page:
    """The rota in hours and money."""
    staff = figures.staff
    if not staff.rota_hours and not staff.cost.amount:
        why = "No rota and no people's cost are known for this month."
        return Page(10, TITLE, why, ())
    lead = (
        f"Somebody was on duty for {percent(staff.covered_ratio)} of the month's hours;"
        f" the technicians cost {money(staff.cost)}."
    )
    return Page(10, TITLE, lead, (_cards(figures), *_waiting(figures), _table(figures)))


def _cards(figures: MonthFigures) -> Cards:
    staff = figures.staff
    whole = staff.covered_ratio >= 1
    return Cards(
        (
            Card(
                "Covered",
                percent(staff.covered_ratio),
                f"of the hours; {number(staff.rota_hours)} person-hours on the rota",
                Tone.GOOD if whole else Tone.WARNING,
            ),
            Card(
                "A seat around the clock",
                f"{number(staff.seats, 1)} people",
                "at 1,750 net hours a year; three people would cover 60 %",
            ),
            Card("A repair", money(staff.per_repair), f"{number(staff.repairs)} ended"),
            Card(
                "1,000 GPU-hours", money(staff.per_thousand_gpu_hours), "of technicians, installed"
            ),
        )
    )


def _waiting(figures: MonthFigures) -> tuple[Paragraph, ...]:
    """What the time until somebody came was worth."""
    waited = [one for one in figures.downtime.by_phase if one.name == "people" and one.gpu_hours]
    return tuple(
        Paragraph(
            f"Repairs waited {number(one.gpu_hours)} GPU-hours for people, worth {money(one.cost)}."
        )
        for one in waited
    )


def _table(figures: MonthFigures) -> Table:
    rows: tuple[Row, ...] = tuple(
        (line(one.line), amount(one.billed), amount(one.economic), percent(one.share_ratio))
        for one in figures.lines
        if one.line in _PEOPLE
    )
    columns = (
        wide("Line"),
        right(f"Paid, {figures.currency}"),
        right("Economic cost"),
        right("Of the month's cost"),
    )
    return Table("What people cost", columns, rows)
