"""The month as Markdown, against a golden file. THIRDSHIFT_UPDATE_GOLDEN=1 writes it anew."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from fakes import toronto
from thirdshift_controller.reports.markdown import markdown

GOLDEN = Path(__file__).parent / "golden" / "2026-11.md"


def test_the_example_month_reads_as_its_golden_text() -> None:
    text = markdown(toronto.november())
    if os.environ.get("THIRDSHIFT_UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_a_month_watched_in_part_says_from_when_to_when() -> None:
    text = markdown(toronto.first_days())
    assert "Covers 2026-11-02 08:00 to 2026-11-08 02:00, America/Toronto: 138 of" in text
    assert "**Warning.** The figures cover 5.8 of the month's 30.0 days" in text


def test_a_month_that_nobody_watched_says_so_and_names_no_price() -> None:
    text = markdown(toronto.unwatched())
    assert "Nothing of this month was recorded." in text
    assert "**Does owning still beat renting? Cannot be said.**" in text
    assert "| Installed | 0.0 | | not known |" in text
    assert "None" not in text


def test_a_name_cannot_break_its_table() -> None:
    figures = toronto.first_days()
    assert figures.cost is not None
    first, *others = figures.cost.lines
    odd = replace(first, name="a | b\n<script>")
    figures = replace(figures, cost=replace(figures.cost, lines=(odd, *others)))
    assert "| a \\| b &lt;script> | GPUs |" in markdown(figures)
