"""What the `runbook` commands say, as plain text. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from thirdshift_runbooks import words
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.chapters import CHAPTERS
from thirdshift_runbooks.page import Page, When


def answer(signal: str, page: Page, read_it: str) -> str:
    """Which page answers to a signal, and what it does about it."""
    rows = [
        ("class", f"{CHAPTERS[page.failure_class].heading} ({page.failure_class})"),
        ("gravity", words.gravity(page)),
        ("from afar", words.remote(page)),
        ("hands", words.hands(page)),
        *(("or", text) for text in _rules(signal, page)),
        ("read it", read_it),
    ]
    return f"{page.id}: {page.title}\n" + "".join(f"  {name:<9}  {text}\n" for name, text in rows)


def no_answer(signal: str, unknown: Page) -> str:
    """That a signal has no page of its own, and what then becomes of it."""
    text = f"no page answers to {signal}: it is shown as {unknown.id!r} and nobody acts on it\n"
    return text + "".join(f"  or {rule}\n" for rule in _rules(signal, unknown))


def contents(catalogue: Catalogue) -> str:
    """Every page by class, one line each."""
    wide = max(len(page.id) for page in catalogue.pages)
    chapters = []
    for chapter in CHAPTERS.values():
        pages = [one for one in catalogue.pages if one.failure_class is chapter.failure_class]
        if pages:
            chapters.append("\n".join([chapter.heading, *_lines(pages, wide)]))
    return "\n\n".join(chapters) + "\n"


def _lines(pages: Sequence[Page], wide: int) -> Iterator[str]:
    for page in pages:
        yield f"  {page.id:<{wide}}  {page.severity:<8}  {words.deeds(page)}"


def _rules(signal: str, page: Page) -> Iterator[str]:
    heard: Iterator[When] = (when for when in page.when if when.hears(signal))
    return (f"{when.becomes} {words.condition(when)}" for when in heard)
