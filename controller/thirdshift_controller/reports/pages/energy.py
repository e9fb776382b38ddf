"""Page 8: what was drawn, what of it was metered, what was billed, and what would lower it."""

from __future__ import annotations

from collections.abc import Iterator

from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.power.figures import EnergyFigures
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
from thirdshift_controller.reports.wording import money, number, percent, price, ratio, when

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
    blocks: tuple[Block, ...] = (
        _cards(figures),
        _chart(figures),
        _table(figures),
        _advice(figures),
    )
    return Page(8, TITLE, lead, blocks)


def _cards(figures: MonthFigures) -> Cards:
    ours, modelled = figures.energy, modelled_ratio(figures)
    peak = f"of the hall, {when(ours.peak_at, figures.month)}" if ours.peak_at else "of the hall"
    guess = Tone.WARNING if (modelled or 0.0) > MODELLED_RATIO else Tone.GOOD
    metered = None if modelled is None else 1 - modelled
    fill = percent(figures.fill_ratio)
    return Cards(
        (
            Card("Metered", percent(metered), "of the machines' energy", guess),
            Card("Peak", f"{number(ours.peak_kw)} kW", peak),
            Card("PUE", number(ours.pue, 2), _pue(ours.pue_measured)),
            Card("Fill", fill, "measured peak of the kW reserved"),
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
    parts = "; ".join(f"{name} {number(kwh)} kWh" for name, kwh in _parts(figures).items())
    return Chart(energy(_parts(figures), billed), caption, f"{parts}.")


def _table(figures: MonthFigures) -> Table:
    ours = figures.energy
    parts = {**_parts(figures), "Facility, reckoned": ours.facility_kwh}
    if ours.billed_kwh is not None:
        parts["Billed"] = ours.billed_kwh
    columns = (wide("Energy"), right("kWh"), right("Of the facility"))
    rows: tuple[Row, ...] = tuple(
        (name, number(kwh), percent(ratio(kwh, ours.facility_kwh))) for name, kwh in parts.items()
    )
    return Table("", columns, rows, note=" ".join(_besides(ours)))


def _besides(ours: EnergyFigures) -> Iterator[str]:
    if ours.billed_kwh is not None:
        apart = ours.billed_kwh / ours.facility_kwh - 1
        side = "over" if apart > 0 else "under"
        yield f"The bill is {percent(abs(apart))} {side} what was reckoned."
    if ours.per_mwh is not None:
        yield f"All in, a MWh cost {price(ours.per_mwh)}."
    if ours.carbon_kg is not None:
        yield f"Its carbon is {number(ours.carbon_kg)} kg, at the grid's average."


def _advice(figures: MonthFigures) -> Block:
    advice = figures.energy.advice
    if not advice:
        return Paragraph("No way to lower the bill was found in this month's figures.")
    columns = (wide("What would lower the bill", 3), right("Saves a year"), wide("On condition", 3))
    rows: tuple[Row, ...] = tuple(
        (one.what, money(one.saves_per_year), one.condition) for one in advice
    )
    return Table("", columns, rows)
