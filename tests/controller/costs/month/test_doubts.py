"""Doubts say what is so: of assets at the end of their lives, of meters, of schedulers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from fakes.accounts import CARDS, books
from thirdshift_controller.costs.month.doubts import about_books

IN_USE = replace(CARDS, in_service_on=date(2023, 10, 15), bought_on=date(2023, 10, 1))


@pytest.mark.parametrize(("last_day", "told"), [(date(2026, 10, 31), 0), (date(2026, 11, 30), 1)])
def test_an_asset_is_past_its_life_once_no_day_of_it_is_left_in_the_month(
    last_day: date, told: int
) -> None:
    found = list(about_books(books(assets=(IN_USE,)), (), last_day))
    assert sum("past its life" in one.text for one in found) == told
