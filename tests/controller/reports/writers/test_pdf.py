"""A report as PDF: the same bytes twice, all pages and totals in it, the first on one sheet."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from fakes import month
from thirdshift_controller.costs.month.doubts import Doubt, Weight
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.reports.pages import report
from thirdshift_controller.reports.writers.pdf import pdf

TITLES = [page.title for page in report(month.empty()).pages]


@cache
def october() -> bytes:
    return pdf(report(month.october()))


def sheets(document: bytes, folder: Path) -> list[str]:
    """The text of each sheet of paper, with every gap one space wide."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.fail("pdftotext is not installed; tests/servers/install.sh installs it")
    path = folder / "report.pdf"
    path.write_bytes(document)
    command = [program, "-layout", str(path), "-"]
    read = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    return [" ".join(sheet.split()) for sheet in read.split("\f") if sheet.strip()]


def test_the_same_figures_give_the_same_bytes() -> None:
    assert pdf(report(month.october())) == october()
    assert october().startswith(b"%PDF-")


def test_the_document_is_dated_with_the_months_last_day() -> None:
    assert b"D:20261031" in october()


def test_every_page_of_a_full_month_is_one_sheet(tmp_path: Path) -> None:
    read = sheets(october(), tmp_path)
    assert len(read) == len(TITLES)
    for number, (sheet, title) in enumerate(zip(read, TITLES, strict=True), start=1):
        assert f"{number} {title}" in sheet
        assert f"{number} / 14" in sheet
        assert "toronto-1, October 2026 DRAFT MODELLED" in sheet


def test_the_totals_are_in_it(tmp_path: Path) -> None:
    read = sheets(october(), tmp_path)
    assert "USD 1,792,205" in read[0]
    assert "All 1,792,205 100.0 % 1,779,055 +13,149" in read[1]
    assert "All 458,824 1,489,967 1,792,205" in read[4]
    assert "USD per used GPU-hour" in read[5], "the text of a chart is text"


def test_the_first_page_is_one_sheet_however_much_is_wrong(tmp_path: Path) -> None:
    doubts = tuple(Doubt(Weight.WARNING, "A meter could not be read. " * 9) for _ in range(40))
    read = sheets(pdf(report(replace(month.october(), doubts=doubts))), tmp_path)
    assert "37 more warnings on page 14." in read[0]
    assert "2 Where the money goes" in read[1]


@pytest.mark.parametrize(("figures", "length"), [(month.sparse, 9), (month.empty, 4)])
def test_pages_with_nothing_to_show_share_a_sheet(
    figures: Callable[[], MonthFigures], length: int, tmp_path: Path
) -> None:
    made = report(figures())
    read = sheets(pdf(made), tmp_path)
    assert len(read) == length
    for page in made.pages:
        assert any(f"{page.number} {page.title} {page.lead}" in sheet for sheet in read)


def test_a_name_is_text_and_never_markup(tmp_path: Path) -> None:
    first = sheets(pdf(report(month.hostile())), tmp_path)[0]
    assert first.startswith(f"{month.HOSTILE}, October 2026")
