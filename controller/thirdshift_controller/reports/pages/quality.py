"""How far a month can be trusted, as one light: its warnings, and what of its energy is a guess."""

from __future__ import annotations

from dataclasses import dataclass

from thirdshift_controller.costs.month.doubts import Weight
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.reports.blocks import Tone
from thirdshift_controller.reports.wording import count, percent, ratio

MODELLED_RATIO = 0.01
"""From here on a month is called modelled."""
_RED_MODELLED_RATIO = 0.25
_RED_COVERED_RATIO = 0.5


@dataclass(frozen=True, slots=True)
class Light:
    """Green, amber or red, and why."""

    colour: str
    tone: Tone
    why: str


def modelled_ratio(figures: MonthFigures) -> float | None:
    """The part of the IT energy that no meter showed; `None` where there was no energy."""
    return ratio(figures.energy.it_modelled_kwh, figures.energy.it_kwh)


def is_modelled(figures: MonthFigures) -> bool:
    """Whether estimates stand in for meters to an extent that matters."""
    guessed = any(posting.modelled for posting in figures.postings)
    return guessed or (modelled_ratio(figures) or 0.0) > MODELLED_RATIO


def light(figures: MonthFigures) -> Light:
    """The month's light."""
    if figures.window is None:
        return Light("Red", Tone.BAD, "Nothing of this month was recorded.")
    warnings = sum(doubt.weight is Weight.WARNING for doubt in figures.doubts)
    modelled = modelled_ratio(figures)
    why = f"{_said(warnings)} {_energy(modelled)}"
    if (modelled or 0.0) > _RED_MODELLED_RATIO or figures.window.covered_ratio < _RED_COVERED_RATIO:
        return Light("Red", Tone.BAD, why)
    if warnings or is_modelled(figures):
        return Light("Amber", Tone.WARNING, why)
    return Light("Green", Tone.GOOD, why)


def _said(warnings: int) -> str:
    return f"{count(warnings, 'warning', 'warnings')}, see page 14." if warnings else "No warning."


def _energy(modelled: float | None) -> str:
    if modelled is None:
        return "No energy was recorded."
    return f"{percent(modelled)} of the energy is modelled."
