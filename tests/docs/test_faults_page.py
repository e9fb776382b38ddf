"""Every signal has an answer: `docs/faults*.md`. To write it anew: THIRDSHIFT_GOLDEN=write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from docs.faults_page import pages
from fakes.signal_names import ALL, UNUSED_XID_CODES, XID_CODES
from thirdshift_runbooks.catalogue import load
from thirdshift_runbooks.chapters import CHAPTERS

DOCS = Path(__file__).parents[2] / "docs"
CATALOGUE = load()
PAGES = pages(CATALOGUE)
SIGNALS = [name for names in ALL.values() for name in names]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_tells_what_the_catalogue_says(name: str) -> None:
    if os.environ.get("THIRDSHIFT_GOLDEN") == "write":
        (DOCS / name).write_text(PAGES[name], encoding="utf-8")
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == PAGES[name], "write it anew: THIRDSHIFT_GOLDEN=write"


@pytest.mark.parametrize("signal", SIGNALS)
def test_no_signal_is_without_an_answer(signal: str) -> None:
    assert CATALOGUE.for_signal(signal) is not CATALOGUE.unknown


@pytest.mark.parametrize("chapter", CHAPTERS.values(), ids=lambda chapter: chapter.failure_class)
def test_no_class_is_without_a_page(chapter: object) -> None:
    assert any(CHAPTERS[one.failure_class] is chapter for one in CATALOGUE.pages)


def test_every_xid_is_named_or_called_unused() -> None:
    assert sorted((*XID_CODES, *UNUSED_XID_CODES)) == list(range(1, 174))


def test_every_page_is_led_to() -> None:
    reached = {when.becomes for one in CATALOGUE.pages for when in one.when}
    reached |= {CATALOGUE.for_signal(name).id for name in SIGNALS}
    reached |= {CATALOGUE.for_signal(f"xid:{code}").id for code in UNUSED_XID_CODES}
    assert {one.id for one in CATALOGUE.pages} - reached <= {CATALOGUE.unknown.id}
