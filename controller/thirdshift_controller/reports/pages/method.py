"""Page 14: how it was reckoned, what is left out, and what to know before trusting it."""

# ruff: noqa: RUF001  Formulas are set with the signs of arithmetic.
from __future__ import annotations

from thirdshift_controller.costs.month.doubts import Weight
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.reports.blocks import (
    Column,
    Heading,
    Note,
    Notes,
    Page,
    Paragraph,
    Row,
    Table,
    Tone,
    wide,
)

TITLE = "How it was reckoned"
_LEDGERS: tuple[Row, ...] = (
    ("Cash", "What was billed in the month: a purchase costs all of its price when it is bought."),
    ("Book", "A purchase spread over its life down to its residual value; the rest as billed."),
    ("Economic", "Book, but a purchase costs the value lost and the capital that it binds."),
)
_FORMULAS: tuple[Row, ...] = (
    (
        "Price of a GPU-hour",
        "economic cost, without what is restated of other months ÷ (all GPUs × all hours so far ×"
        " the level's share of the installed hours)",
    ),
    ("Installed", "GPUs × hours watched"),
    ("Available", "installed − hours in which a GPU did not answer or a repair held it"),
    ("Allocated", "available hours that a job held, by the scheduler"),
    ("Utilised", "available hours × the share of them in which the driver saw a kernel run"),
    (
        "Lost, idle",
        "(installed − available) × price of an installed hour, (available − allocated) × that of an"
        " available one",
    ),
    ("Cost of capital", "annuity: r ÷ (1 − (1 + r)⁻ⁿ) of the price, less that of the residual"),
    ("Electricity", "Σ over the hours: IT kWh × PUE × price, then demand and fixed parts"),
    ("Break-even use", "own price of an available hour ÷ rent of an hour"),
    ("Margin", "1 − own price of an available hour ÷ rent"),
    ("Rent, middle", "median of the on-demand prices that are offers and at most 90 days old"),
)
_EXCLUSIONS = (
    "Income tax, and taxes that are paid back.",
    "What a job loses when a GPU fails under it: work since its last checkpoint.",
    "Discounts for commitment, unless a price of that kind is in the table.",
    "Differences of network, region, size and service level between offers.",
)


def page(figures: MonthFigures) -> Page:
    """Doubts first, then ledgers, formulas and exclusions."""
    lead = "Every amount is a sum over the month's postings, every price such a sum by a quantity."
    blocks = (
        Heading("What to know before trusting it"),
        _doubts(figures),
        Table("Ledgers", (Column("Ledger"), wide("What it tells")), _LEDGERS),
        Table("Formulas", (Column("Figure"), wide("How it comes about")), _FORMULAS),
        Heading("What is not in it"),
        Notes(tuple(Note(text) for text in _EXCLUSIONS)),
    )
    return Page(14, TITLE, lead, blocks)


def _doubts(figures: MonthFigures) -> Notes | Paragraph:
    if not figures.doubts:
        return Paragraph("Nothing is known that speaks against the figures.")
    tones = {Weight.WARNING: Tone.WARNING, Weight.NOTE: Tone.PLAIN}
    return Notes(tuple(Note(doubt.text, tones[doubt.weight]) for doubt in figures.doubts))
