"""The shipped example: 1,024 H100 in a colocation hall in Toronto, opened once for all tests."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from thirdshift_controller.config import load_site
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.month.inputs import Accounts
from thirdshift_controller.costs.month.reckon import month_figures
from thirdshift_controller.demo.example import Example
from thirdshift_controller.fleet.inventory import Site
from thirdshift_controller.reports.opening import open_accounts

FOLDER = Path(__file__).parents[2] / "deploy" / "examples" / "toronto-1024"


@cache
def accounts() -> Accounts:
    return open_accounts(FOLDER / "costs.toml", *load_site(FOLDER / "site.toml"))


def site() -> Site:
    return accounts().site


@cache
def example() -> Example:
    return Example.load(FOLDER, site())


def month(text: str = "2026-10") -> Month:
    return Month.parse(text, site().timezone)


def final_day(of: Month) -> datetime:
    return of.to_at + timedelta(days=10)


@cache
def figures(text: str = "2026-10") -> MonthFigures:
    """A month by itself, as it stands on its final day."""
    asked = month(text)
    return month_figures(accounts(), example().recorded(asked, final_day(asked)))
