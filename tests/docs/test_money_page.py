"""The figures that `docs/money.md` shows are those of the example that it names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from thirdshift_controller.config import load_site
from thirdshift_controller.costs.calendar import Month
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.month.reckon import month_figures
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.demo.example import Example
from thirdshift_controller.reports.data.explain import explain
from thirdshift_controller.reports.opening import open_accounts
from thirdshift_controller.reports.pages import PAGES

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "deploy" / "examples" / "toronto-1024"
PAGE = (ROOT / "docs" / "money.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def figures() -> MonthFigures:
    site, roster = load_site(EXAMPLE / "site.toml")
    month = Month.parse("2026-10", site.timezone)
    recorded = Example.load(EXAMPLE, site).recorded(month, month.to_at + timedelta(days=10))
    return month_figures(open_accounts(EXAMPLE / "costs.toml", site, roster), recorded)


def test_the_three_ledgers_are_the_months(figures: MonthFigures) -> None:
    lines = {line.line: line for line in figures.lines}
    for name, line in (("GPU cards", Line.GPU_CARDS), ("Hall", Line.COLO)):
        amounts = (lines[line].billed, lines[line].effective, lines[line].economic)
        assert _row(name, *map(_whole, amounts)) in PAGE
    everything = (figures.billed, figures.effective, figures.total)
    assert _row("Everything", *map(_whole, everything)) in PAGE


@pytest.mark.parametrize("level", ["installed", "available", "allocated", "utilised"])
def test_each_level_has_its_hours_and_its_price(figures: MonthFigures, level: str) -> None:
    hours: float = getattr(figures.use, level)
    price: Money = getattr(figures.levels, level)
    (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| {level} |"))
    assert f"| {hours:,.0f} | {price.amount:.3f} |" in row


def test_the_break_even_is_that_of_the_middle_rent(figures: MonthFigures) -> None:
    assert figures.cloud is not None
    assert figures.levels.available is not None
    needed = figures.levels.available.over(figures.cloud.median)
    used = Decimal(figures.use.allocated / figures.use.available)
    assert f"here {needed * 100:.0f} % at the middle of the market, and {used * 100:.0f} %" in PAGE


def test_the_account_is_what_the_command_prints(figures: MonthFigures) -> None:
    _, account = explain(replace(figures, closed=True), "colo").split("\n\n", 1)
    assert f"```\n{account}```" in PAGE


def test_every_page_of_the_report_has_its_question(figures: MonthFigures) -> None:
    questions = PAGE.partition("| question |")[2].partition("\n\n")[0].splitlines()[2:]
    told = [row.split(" | ")[1].split(",")[0].split(":")[0].rstrip(" |") for row in questions]
    assert told == [str(page(figures).number) for page in PAGES]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _whole(money: Money) -> str:
    return f"{money.amount:,.0f}"
