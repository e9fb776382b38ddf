"""Page 8: what was drawn, what of it was metered, what was billed, and what would lower it."""

from __future__ import annotations

from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.reports.blocks import (
    Block,
    Card,
    Cards,
    Chart,
    Page,
    Paragraph,
    Row,
    Table,
    Tone,
    right,
    wide,
)
from thirdshift_controller.reports.charts.energy import energy
from thirdshift_controller.reports.pages.quality import MODELLED_RATIO, modelled_ratio
from thirdshift_controller.reports.wording import (
    UNKNOWN,
    amount,
    number,
    percent,
    price,
    ratio,
    when,
)

TITLE = "Energy"


def page(figures: MonthFigures) -> Page:
    """A month of electricity."""
    ours = figures.energy
    if not ours.facility_kwh:
        return Page(8, TITLE, "No energy was recorded in this month.", ())
    lead = (
        f"The hall drew {number(ours.facility_kwh)} kWh, of which {number(ours.it_kwh)} kWh went to"
        " the machines."
    )
    blocks: tuple[Block, ...] = (_cards(figures), _chart(figures), _table(figures), _advice(figures))
    return Page(8, TITLE, lead, blocks)


def _cards(figures: MonthFigures) -> Cards:
    ours, modelled = figures.energy, modelled_ratio(figures)
    peak = f"at {when(ours.peak_at, figures.month)}" if ours.peak_at else "the hour is not known"
    guess = Tone.WARNING if (modelled or 0.0) > MODELLED_RATIO else Tone.GOOD
    metered = None if modelled is None else 1 - modelled
    fill = percent(figures.fill_ratio)
    return Cards(
        (
            Card("Metered", percent(metered), "of the machines' energy", guess),
            Card("Peak", f"{number(ours.peak_kw)} kW", peak),
            Card("PUE", number(ours.pue, 2), _pue(ours.pue_measured)),
            Card("Fill", fill, "peak of the kW reserved"),
        )
    )


def _pue(measured: bool) -> str:
    return "by the hall's own meter" if measured else "an assumption: no meter of the hall is read"


def _parts(figures: MonthFigures) -> dict[str, float]:
    ours = figures.energy
    return {
        "Machines, metered": ours.it_kwh - ours.it_modelled_kwh,
        "Machines, modelled": ours.it_modelled_kwh,
        "Cooling and losses": ours.facility_kwh - ours.it_kwh,
    }


def _chart(figures: MonthFigures) -> Chart:
    billed = figures.energy.billed_kwh
    caption = "What was reckoned for the month, above what the utility billed for it."
    if billed is None:
        caption = "What was reckoned for the month. No bill for it is in the books."
    return Chart(energy(_parts(figures), billed), caption, f"{caption} The figures are below.")


def _table(figures: MonthFigures) -> Table:
    ours = figures.energy
    share = [(name, kwh, ratio(kwh, ours.facility_kwh)) for name, kwh in _parts(figures).items()]
    rows: list[Row] = [(name, number(kwh), percent(part)) for name, kwh, part in share]
    if ours.billed_kwh is not None:
        apart = (ours.billed_kwh - ours.facility_kwh) / ours.facility_kwh
        rows.append(("Billed", number(ours.billed_kwh), percent(ours.billed_kwh / ours.facility_kwh)))
        note = f"The bill is {percent(abs(apart))} {'over' if apart > 0 else 'under'} what was reckoned."
    else:
        note = ""
    carbon = number(ours.carbon_kg) if ours.carbon_kg is not None else UNKNOWN
    note = f"{note} All in: {price(ours.per_mwh)} a MWh. Carbon: {carbon} kg.".strip()
    columns = (wide("Energy"), right("kWh"), right("Of the facility"))
    total: Row = ("Facility, reckoned", number(ours.facility_kwh), percent(1.0))
    billed = rows[3:]
    return Table("", columns, (*rows[:3], total, *billed), note=note)


def _advice(figures: MonthFigures) -> Block:
    advice = figures.energy.advice
    if not advice:
        return Paragraph("No way to lower the bill was found in this month's figures.")
    columns = (wide("What would lower the bill", 3), right("Saves a year"), wide("On condition", 3))
    rows: tuple[Row, ...] = tuple(
        (one.what, f"{one.saves_per_year.currency} {amount(one.saves_per_year)}", one.condition)
        for one in advice
    )
    return Table("", columns, rows)
