"""The figures that `docs/money.md` shows are those of the example that it names."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from fakes.toronto import figures
from thirdshift_controller.costs.money import Money
from thirdshift_controller.costs.posting import Line
from thirdshift_controller.reports.data.explain import explain
from thirdshift_controller.reports.pages import PAGES

PAGE = (Path(__file__).parents[2] / "docs" / "money.md").read_text(encoding="utf-8")
OCTOBER = figures("2026-10")


def test_the_three_ledgers_are_the_months() -> None:
    lines = {line.line: line for line in OCTOBER.lines}
    for name, line in (("GPU cards", Line.GPU_CARDS), ("Hall", Line.COLO)):
        amounts = (lines[line].billed, lines[line].effective, lines[line].economic)
        assert _row(name, *map(_whole, amounts)) in PAGE
    everything = (OCTOBER.billed, OCTOBER.effective, OCTOBER.total)
    assert _row("Everything", *map(_whole, everything)) in PAGE


@pytest.mark.parametrize("level", ["installed", "available", "allocated", "utilised"])
def test_each_level_has_its_hours_and_its_price(level: str) -> None:
    hours: float = getattr(OCTOBER.use, level)
    price: Money = getattr(OCTOBER.levels, level)
    (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| {level} |"))
    assert f"| {hours:,.0f} | {price.amount:.3f} |" in row


def test_the_break_even_is_that_of_the_middle_rent() -> None:
    assert OCTOBER.cloud is not None
    assert OCTOBER.levels.available is not None
    needed = OCTOBER.levels.available.over(OCTOBER.cloud.median)
    used = Decimal(OCTOBER.use.allocated / OCTOBER.use.available)
    assert f"here {needed * 100:.0f} % at the middle of the market, and {used * 100:.0f} %" in PAGE


def test_the_account_is_what_the_command_prints() -> None:
    _, account = explain(replace(OCTOBER, closed=True), "colo").split("\n\n", 1)
    assert f"```\n{account}```" in PAGE


def test_every_page_of_the_report_has_its_question() -> None:
    questions = PAGE.partition("| question |")[2].partition("\n\n")[0].splitlines()[2:]
    told = [row.split(" | ")[1].split(",")[0].split(":")[0].rstrip(" |") for row in questions]
    assert told == [str(page(OCTOBER).number) for page in PAGES]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _whole(money: Money) -> str:
    return f"{money.amount:,.0f}"
