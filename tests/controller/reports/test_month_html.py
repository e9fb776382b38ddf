"""The month as one page: self-contained, escaped, and saying the same as the Markdown."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from fakes import toronto
from thirdshift_controller.costs.month.month import MonthFigures
from thirdshift_controller.reports.html import html

FETCHING = {"src", "srcset", "href", "xlink:href", "action", "data", "poster", "background"}
FETCHERS = {"script", "link", "iframe", "object", "embed", "base", "form", "img", "image"}
EMPTY = {"meta", "br", "hr"}


class Page(HTMLParser):
    """Collects what a browser would fetch or run, the text, and tags that are not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.references: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in EMPTY:
            self.open.append(tag)
        self.references += [value or "" for name, value in attrs if name in FETCHING]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def november() -> MonthFigures:
    return toronto.november()


@pytest.mark.parametrize("month", [toronto.november, toronto.first_days, toronto.unwatched])
def test_the_page_fetches_nothing_and_runs_nothing(month: object) -> None:
    assert callable(month)
    text = html(month())
    page = Page(text)
    assert not FETCHERS & set(page.tags)
    assert all(reference.startswith("#") for reference in page.references)
    assert "url(http" not in text
    assert "@import" not in text
    assert page.open == []


def test_the_same_figures_give_the_same_bytes(november: MonthFigures) -> None:
    assert html(november) == html(november)


def test_the_chart_speaks_in_text(november: MonthFigures) -> None:
    page = Page(html(november))
    assert page.tags.count("svg") == 1
    for word in ("Own, installed", "USD 2.40", "Rent, on demand", "middle 3.99", "Akash 2.58"):
        assert any(word == text.strip() for text in page.text), word


def test_the_three_questions_are_answered_first(november: MonthFigures) -> None:
    text = " ".join("".join(Page(html(november)).text).split())
    asked = [
        text.index("Does owning still beat renting? Yes"),
        text.index("What did down-time cost? USD 55,212"),
        text.index("What is wrong with the data? 2 warnings"),
        text.index("A GPU-hour of our own"),
    ]
    assert asked == sorted(asked)


def test_a_name_is_text_and_never_markup(november: MonthFigures) -> None:
    assert november.cost is not None
    first, *others = november.cost.lines
    odd = replace(first, name="<img src=x>")
    page = Page(html(replace(november, cost=replace(november.cost, lines=(odd, *others)))))
    assert "img" not in page.tags
    assert "<img src=x>" in page.text


def test_costs_in_another_currency_are_drawn_alone() -> None:
    drawn = "".join(Page(html(toronto.in_canadian_dollars())).text)
    assert "CAD per GPU-hour" in drawn
    assert "middle 3.99" not in drawn
