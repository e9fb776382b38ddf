"""Where a figure comes from, in 80 columns, with sums that tie to the month.

THIRDSHIFT_GOLDEN=write pytest <this file>
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given

from fakes.any_posting import POSTINGS
from fakes.priced_month import figures, posting, usd
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.costs.posting import Charge, Line, Posting
from thirdshift_controller.costs.tco.outlook import Levels
from thirdshift_controller.costs.usage.totals import Use
from thirdshift_controller.errors import NotFoundError
from thirdshift_controller.reports.data.explain import explain

GOLDEN = Path(__file__).with_name("golden")
TOPICS = ("total", "installed", "available", "allocated", "utilised", "cloud", "lost")


def sums(text: str, row: str = "sum") -> list[Decimal]:
    """The figures of a row."""
    (line,) = re.findall(rf"^{row} +(.+)$", text, re.MULTILINE)
    return [Decimal(figure.replace(",", "")) for figure in line.split()]


@pytest.mark.parametrize("word", ["electricity", "support", "total", "available", "cloud", "lost"])
def test_the_account_of_a_figure_is_that_of_its_golden_file(word: str) -> None:
    text, file = explain(figures(), word), GOLDEN / f"explain-{word}.txt"
    if os.environ.get("THIRDSHIFT_GOLDEN") == "write":
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("word", [*Line, *TOPICS])
def test_no_line_is_longer_than_a_terminal(word: str) -> None:
    for line in explain(figures(), word).splitlines():
        assert len(line) <= 80
        assert line == line.rstrip()


@given(POSTINGS)
def test_every_line_ties_to_the_month_whatever_is_posted(postings: list[Posting]) -> None:
    month = figures(postings)
    for shown in month.lines:
        text = explain(month, shown.line)
        ledgers = (shown.billed, shown.effective, shown.economic)
        assert sums(text) == [round(money.amount, 2) for money in ledgers]
        assert "does not tie" not in text


def test_a_line_that_cost_nothing_ties_though_the_month_leaves_it_out() -> None:
    text = explain(figures([posting(Line.SOFTWARE, Charge.CONTRACT, "0")]), "software")
    assert "does not tie" not in text


def test_a_figure_that_does_not_tie_says_so() -> None:
    month = figures()
    off = tuple(replace(line, billed=line.billed + usd("0.01")) for line in month.lines)
    text = explain(replace(month, lines=off), Line.COLO)
    assert "does not tie: the month shows 212,400.01 as billed" in text
    assert text.count("does not tie") == 1


def test_a_price_that_does_not_tie_says_so() -> None:
    off = Levels(*[usd("9")] * 4)
    assert "does not tie: the month shows 9.0000" in explain(
        replace(figures(), levels=off), "available"
    )


def test_each_posting_has_its_working_its_origin_and_its_doubts() -> None:
    guessed = posting(
        Line.ELECTRICITY,
        Charge.METERED,
        modelled=True,
        corrects="2026-10",
        working="12 kWh at 0.10",
    )
    text = " ".join(explain(figures([guessed]), "electricity").split())
    for told in (
        "metered: 12 kWh at 0.10",
        "from invoice 4711; 2026-11-30; costs.toml, line 12",
        "modelled: an estimate stands in",
        "restates 2026-10",
        "Behind it: 721.0 of the month's 721.0 hours were watched",
        "a PUE of 1.35 (as assumed)",
    ):
        assert told in text


def test_a_line_of_which_the_books_have_nothing_says_so() -> None:
    assert "nothing of this line" in explain(figures(), Line.PLANT)


def test_the_total_is_the_sum_of_the_lines_and_what_the_month_shows() -> None:
    text = explain(figures(), "total")
    assert sums(text) == sums(text, "as the month shows")


def test_the_price_of_a_gpu_hour_is_the_sum_of_what_each_line_has_in_it() -> None:
    text = explain(figures(), "available")
    rows = re.findall(r"^\w+ +[\d,.]+ +([\d.]+)$", text, re.MULTILINE)
    assert abs(sum(map(Decimal, rows[:-1])) - Decimal(rows[-1])) < Decimal("0.001")


def test_a_price_ties_where_a_part_of_the_month_was_watched_and_others_are_restated() -> None:
    whole = figures()
    assert whole.window is not None
    use = Use(*(getattr(whole.use, name) / 10 for name in Use.__slots__))
    window = replace(whole.window, covered_seconds=whole.window.covered_seconds / 10)
    text = explain(replace(whole, use=use, window=window), "available")
    assert "does not tie" not in text
    assert "/ 715,600.5 available GPU-hours" in text
    assert "10.0 % of the month was watched" in text
    assert "restates of earlier ones is in no price" in text


def test_without_a_scheduler_there_is_no_price_of_an_allocated_hour() -> None:
    assert "no price of one" in explain(unscheduled(), "allocated")


def unscheduled() -> MonthFigures:
    month = figures()
    unread = replace(month.use, scheduled=0.0, allocated=0.0)
    return replace(month, use=unread, levels=replace(month.levels, allocated=None))


def test_a_cloud_without_prices_says_so() -> None:
    assert "knows no price of H100" in explain(replace(figures(), quotes=()), "cloud")
    assert "fresh and first-hand" in explain(replace(figures(), cloud=None), "cloud")


@pytest.mark.parametrize(
    ("word", "meant"), [("electrcity", "electricity"), ("availabel", "available")]
)
def test_a_word_that_is_not_known_names_the_nearest(word: str, meant: str) -> None:
    with pytest.raises(NotFoundError, match=f'did you mean "{meant}"'):
        explain(figures(), word)
