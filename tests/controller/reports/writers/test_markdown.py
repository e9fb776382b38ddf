"""A report as Markdown, against golden files. THIRDSHIFT_GOLDEN=write writes them anew."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from fakes import month
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.reports.pages import report
from thirdshift_controller.reports.writers.markdown import escaped, inline, markdown

GOLDEN = Path(__file__).parent / "golden"
READER = MarkdownIt("commonmark").enable("table")


def halves(text: str) -> tuple[str, str]:
    """Pages 1 to 9, and the rest: in one file they would be too long to read."""
    first, second = text.split("\n## 10. ")
    return first, second


@pytest.mark.parametrize("figures", [month.october, month.sparse, month.empty])
def test_a_month_reads_as_its_golden_text(figures: Callable[[], MonthFigures]) -> None:
    for number, text in enumerate(halves(markdown(report(figures()))), start=1):
        path = GOLDEN / f"{figures.__name__}-{number}.md"
        if os.environ.get("THIRDSHIFT_GOLDEN") == "write":
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8"), "write it anew: THIRDSHIFT_GOLDEN=write"


def read(text: str) -> list[str]:
    """The plain text of every line that a reader of Markdown finds."""
    found = [token.children or [] for token in READER.parse(text) if token.type == "inline"]
    return ["".join(child.content for child in children) for children in found]


def test_a_name_stays_the_name_that_it_is() -> None:
    lines = read(markdown(report(month.hostile())))
    assert lines[0] == f"{month.HOSTILE}, October 2026"
    assert lines.count(month.HOSTILE) == 4, "team, fault, rent, rack"
    assert f"# {month.HOSTILE}" in lines


def test_a_name_opens_no_mathematics_and_no_element() -> None:
    text = markdown(report(month.hostile()))
    assert "\\$x\\_1\\$" in text
    assert not any(token.type.startswith("html") for token in READER.parse(text))


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1))
def test_any_printed_text_reads_back_as_itself(text: str) -> None:
    assert read(escaped(text)) == [text]
    assert text in read(f"| a | b |\n|---|---|\n| {inline(text)} | c |")
