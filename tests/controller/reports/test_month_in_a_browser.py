"""The page in a real browser: it is drawn, nothing sticks out, the key figures are in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fakes import toronto
from servers.chromium import document, screenshot
from thirdshift_controller.reports.write import write_month

PNG = b"\x89PNG\r\n\x1a\n"
DRAWN_BYTES = 40_000
"""A picture of blank paper of this size is some five kilobytes."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_month(toronto.november(), tmp_path_factory.mktemp("report")).html_path


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (500, 1600)], ids=["desk", "phone"])
def test_the_page_is_drawn(page: Path, width: int, height: int) -> None:
    picture = page.with_name(f"{width}.png")
    screenshot(page, picture, width, height)
    drawn = picture.read_bytes()
    assert drawn.startswith(PNG)
    size = int.from_bytes(drawn[16:20], "big"), int.from_bytes(drawn[20:24], "big")
    assert size == (width, height)
    assert len(drawn) > DRAWN_BYTES


def test_the_key_figures_are_in_the_document(page: Path) -> None:
    text = re.sub(r"<[^>]+>", " ", document(page))
    words = " ".join(text.replace("&nbsp;", " ").split())
    for figure in (
        "Does owning still beat renting? Yes",
        "own cost USD 2.40; renting one on demand costs USD 3.99",
        "What did down-time cost? USD 55,212",
        "738,304",
        "USD 1,715,115 in all",
        "327,669",
        "middle 3.99",
    ):
        assert figure in words, figure
