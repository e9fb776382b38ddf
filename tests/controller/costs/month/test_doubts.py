"""Doubts say what is so: of assets at the end of their lives, of meters, of schedulers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from fakes.accounts import CARDS, books
from thirdshift_controller.costs.month.doubts import Weight, about_books, about_use
from thirdshift_controller.costs.usage.totals import Use

IN_USE = replace(CARDS, in_service_on=date(2023, 10, 15), bought_on=date(2023, 10, 1))


@pytest.mark.parametrize(("last_day", "told"), [(date(2026, 10, 31), 0), (date(2026, 11, 30), 1)])
def test_an_asset_is_past_its_life_once_no_day_of_it_is_left_in_the_month(
    last_day: date, told: int
) -> None:
    found = list(about_books(books(assets=(IN_USE,)), (), last_day))
    assert sum("past its life" in one.text for one in found) == told


@pytest.mark.parametrize(("scheduled", "told"), [(600.0, 1), (995.0, 0)])
def test_hours_without_a_scheduler_are_not_idle_without_a_warning(
    scheduled: float, told: int
) -> None:
    use = Use(1000.0, 1000.0, scheduled, 0.9 * scheduled, 800.0, 0.0, 0.0, 0.0, 0.0)
    found = [one.text for one in about_use(use, 0.0) if one.weight is Weight.WARNING]
    assert sum(text.startswith("A scheduler was read for 60.0 %") for text in found) == told
