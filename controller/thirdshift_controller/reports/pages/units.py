"""Page 5: what one of each thing cost, and the month in its three ledgers side by side."""

from __future__ import annotations

from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.reports.blocks import Column, Page, Row, Table, right, wide
from thirdshift_controller.reports.wording import (
    UNKNOWN,
    amount,
    line,
    number,
    percent,
    price,
)

TITLE = "What one of each cost"


def page(figures: MonthFigures) -> Page:
    """Unit costs, then the ledgers."""
    if not figures.lines:
        return Page(5, TITLE, "The month has no cost yet, so nothing of it has a price.", ())
    used = figures.levels.utilised
    lead = (
        f"An hour in which a GPU really worked cost {price(used)}."
        if used is not None
        else "No GPU-hour in use was recorded, so it has no price."
    )
    return Page(5, TITLE, lead, (_units(figures), _ledgers(figures)))


def _units(figures: MonthFigures) -> Table:
    columns = (wide("One", 2), right("Cost or figure"), Column("Unit"), wide("What is counted", 2))
    rows = (*_gpu_hours(figures), *_people(figures), *_energy(figures))
    return Table("Unit costs", columns, rows)


def _gpu_hours(figures: MonthFigures) -> tuple[Row, ...]:
    own, currency = figures.levels, figures.currency
    levels = (
        ("Installed", own.installed, "all that is paid for"),
        ("Available", own.available, "not held by a repair"),
        ("Allocated", own.allocated, "held by a job"),
        ("Utilised", own.utilised, "a kernel ran"),
    )
    return tuple(
        (f"{name} GPU-hour", amount(cost, 2), currency, what) for name, cost, what in levels
    )


def _people(figures: MonthFigures) -> tuple[Row, ...]:
    staff, currency = figures.staff, figures.currency
    hours = amount(staff.per_thousand_gpu_hours, 2)
    return (
        ("Repair", amount(staff.per_repair, 2), currency, "technicians' cost of one"),
        ("Technicians, 1,000 GPU-hours", hours, currency, "of installed hours"),
    )


def _energy(figures: MonthFigures) -> tuple[Row, ...]:
    ours, kwh = figures.energy, figures.kwh_per_utilised_hour
    megawatt_hour = amount(ours.per_mwh, 2)
    source = "the hall's own meter" if ours.pue_measured else "an assumption"
    return (
        ("MWh, all in", megawatt_hour, figures.currency, "energy, demand and fixed parts"),
        ("Colocation, a kW and month", *_kilowatt(figures)),
        (
            "Fill of what is reserved",
            percent(figures.fill_ratio),
            "",
            "measured peak of reserved kW",
        ),
        ("PUE", number(ours.pue, 2), "", source),
        ("Energy of a utilised GPU-hour", number(kwh, 2), "kWh", "of the whole facility"),
        ("Carbon of a utilised GPU-hour", *_carbon(figures)),
    )


def _kilowatt(figures: MonthFigures) -> tuple[str, str, str]:
    colo = [
        one
        for one in figures.postings
        if one.line is Line.COLO and one.unit == "kW-Months" and not one.corrects
    ]
    reserved = sum(one.quantity for one in colo)
    if not colo or not reserved:
        return UNKNOWN, figures.currency, "of what is reserved"
    paid = sum(one.billed.amount for one in colo) / reserved
    return number(paid, 2), figures.currency, f"of {number(reserved)} kW-months reserved"


def _carbon(figures: MonthFigures) -> tuple[str, str, str]:
    """Of the energy of such an hour, so that both are of the watched time."""
    energy, kwh = figures.energy, figures.kwh_per_utilised_hour
    if energy.carbon_kg is None or kwh is None:
        return UNKNOWN, "g CO2", "at the grid's average"
    per_hour = kwh * 1000 * energy.carbon_kg / energy.facility_kwh
    return number(per_hour), "g CO2", "at the grid's average"


def _ledgers(figures: MonthFigures) -> Table:
    columns = (wide("Line"), right("Cash"), right("Book"), right("Economic"))
    rows: tuple[Row, ...] = tuple(
        (line(one.line), amount(one.billed), amount(one.effective), amount(one.economic))
        for one in figures.lines
    )
    total: Row = ("All", amount(figures.billed), amount(figures.effective), amount(figures.total))
    note = (
        f"In {figures.currency}. Cash is what was billed in the month; book spreads a purchase over"
        " its life; economic adds what the capital bound cost and the value lost. Most quarrels"
        " about a cost are two of these held against each other."
    )
    return Table("Three ledgers", columns, rows, total, note)
