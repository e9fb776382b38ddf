"""A report as one HTML file: it fetches nothing, runs nothing, escapes all, and is drawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from fakes import month
from servers.chromium import document, screenshot
from thirdshift_controller.costs.month.figures import MonthFigures
from thirdshift_controller.reports.pages import report
from thirdshift_controller.reports.writers.html import html

FETCHING = {"src", "srcset", "href", "xlink:href", "action", "data", "poster", "background"}
FETCHERS = {"script", "link", "iframe", "object", "embed", "base", "form", "img", "image"}
EMPTY = {"meta", "br", "hr"}
DRAWN_BYTES = 40_000
"""A picture of blank paper of this size is some five kilobytes."""


class Document(HTMLParser):
    """Collects what a browser would fetch or run, the texts, the names, and tags left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.references: list[str] = []
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.names: list[str] = []
        self.open: list[str] = []
        self.handlers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in EMPTY:
            self.open.append(tag)
        self.references += [value or "" for name, value in attrs if name in FETCHING]
        self.names += [value or "" for name, value in attrs if name == "id"]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@cache
def page_of(figures: Callable[[], MonthFigures]) -> str:
    return html(report(figures()))


def words(read: Document) -> str:
    return " ".join(" ".join(read.texts).split())


@pytest.mark.parametrize("figures", [month.october, month.sparse, month.empty, month.hostile])
def test_the_file_needs_nothing_else(figures: Callable[[], MonthFigures]) -> None:
    text = page_of(figures)
    read = Document(text)
    assert not FETCHERS & set(read.tags)
    assert not read.handlers
    assert all(reference.startswith("#") for reference in read.references)
    assert "url(http" not in text
    assert "@import" not in text
    assert read.open == []


def test_no_name_in_the_file_is_given_twice() -> None:
    names = Document(page_of(month.october)).names
    assert len(names) == len(set(names))


def test_every_page_is_in_it_and_in_its_contents() -> None:
    read = Document(page_of(month.october))
    for page in report(month.empty()).pages:
        assert f"page-{page.number}" in read.names
        assert f"#page-{page.number}" in read.references
        assert words(read).count(page.title) >= 2


def test_every_chart_is_drawn_with_its_text_and_told_to_who_cannot_see() -> None:
    text = page_of(month.october)
    assert text.count("<svg") == text.count('role="img" aria-label="') == 9
    assert "USD per used GPU-hour" in words(Document(text))


def test_a_name_is_text_and_never_markup() -> None:
    read = Document(page_of(month.hostile))
    assert "script" not in read.tags
    assert [text.strip() for text in read.texts].count(month.HOSTILE) >= 5


def test_the_same_figures_give_the_same_bytes() -> None:
    assert html(report(month.october())) == page_of(month.october)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "2026-10.html"
    path.write_text(page_of(month.october), encoding="utf-8")
    return path


@pytest.mark.parametrize(("width", "height"), [(1280, 1600), (500, 1600)], ids=["desk", "phone"])
def test_a_browser_draws_it(page: Path, width: int, height: int) -> None:
    picture = page.with_name(f"{width}.png")
    screenshot(page, picture, width, height)
    drawn = picture.read_bytes()
    size = int.from_bytes(drawn[16:20], "big"), int.from_bytes(drawn[20:24], "big")
    assert size == (width, height)
    assert len(drawn) > DRAWN_BYTES


def test_the_figures_are_in_what_the_browser_read(page: Path) -> None:
    text = re.sub(r"<[^>]+>", " ", document(page)).replace("&nbsp;", " ")
    found = " ".join(text.split())
    for figure in (
        "Own or rent? Owning beats renting",
        "What did the month cost? USD 1,792,205",
        "All 458,824 1,489,967 1,792,205",
        "Global adjustment, actual rate +1,812.40",
    ):
        assert figure in found, figure
