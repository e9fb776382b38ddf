"""The whole catalogue: which page answers to which signal. Loaded once, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from thirdshift_runbooks.errors import Problem, RunbookError
from thirdshift_runbooks.page import Page
from thirdshift_runbooks.parsing import parse
from thirdshift_runbooks.rules import EVERYTHING_ELSE

PACKAGED = Path(__file__).parent / "pages"


@dataclass(frozen=True)
class Catalogue:
    """Pages in the order of their ids, exactly one of which answers to everything else."""

    pages: tuple[Page, ...]

    def page(self, identifier: str) -> Page:
        """The page with this id; what an older version knew by another is read as unknown."""
        return self._by_id.get(identifier, self.unknown)

    def by_alert(self, alert: str) -> Page | None:
        """The page of this alert."""
        return next((page for page in self.pages if page.alert == alert), None)

    def for_signal(self, name: str) -> Page:
        """The page that answers to `xid:79` and the like; a signal is never without one."""
        return self._by_signal.get(name, self.unknown)

    @property
    def unknown(self) -> Page:
        """The page for signals that no other answers to: shown, never dropped."""
        return self._by_signal[EVERYTHING_ELSE]

    @cached_property
    def _by_id(self) -> dict[str, Page]:
        return {page.id: page for page in self.pages}

    @cached_property
    def _by_signal(self) -> dict[str, Page]:
        return {signal: page for page in self.pages for signal in page.signals}


def load(folder: Path | None = None, today: date | None = None) -> Catalogue:
    """Read every page of a folder, of the packaged one by default.

    Raises `RunbookError` with all problems of all pages. `today` is for tests: see `parse`.
    """
    folder = folder or PACKAGED
    pages: list[Page] = []
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.md")):
        try:
            pages.append(parse(file.name, _text(file), today))
        except RunbookError as error:
            problems += error.problems
    problems += _shared(pages)
    problems += _strangers(pages)
    if not problems and not any(EVERYTHING_ELSE in page.signals for page in pages):
        text = f"no page answers to the unknown; give one of them signals = ['{EVERYTHING_ELSE}']"
        problems.append(Problem(str(folder), 1, text))
    if problems:
        raise RunbookError(problems)
    return Catalogue(tuple(sorted(pages, key=lambda page: page.id)))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RunbookError([Problem(file.name, 1, f"not UTF-8: {error.reason}")]) from error
    except OSError as error:
        raise RunbookError([Problem(file.name, 1, f"not readable: {error.strerror}")]) from error


def _shared(pages: Iterable[Page]) -> Iterator[Problem]:
    """Two pages for one signal would make the choice between them chance."""
    answering: dict[str, str] = {}
    for page in pages:
        for signal in page.signals:
            first = answering.setdefault(signal, page.alert)
            if first != page.alert:
                text = f"key 'signals': {signal!r} is answered by {first}.md too; choose one page"
                yield Problem(f"{page.alert}.md", 1, text)


def _strangers(pages: Iterable[Page]) -> Iterator[Problem]:
    """A rule that leads to no page would lose its signals."""
    known = {page.id for page in pages}
    for page in pages:
        for when in page.when:
            if when.becomes not in known:
                text = f"key 'when': there is no page {when.becomes!r}; name the id of one"
                yield Problem(f"{page.alert}.md", 1, text)
