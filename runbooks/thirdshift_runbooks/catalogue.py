"""The whole catalogue: which page answers to which signal. Loaded once, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from thirdshift_runbooks.errors import Problem, RunbookError
from thirdshift_runbooks.folder import Sheet, read_folder
from thirdshift_runbooks.overlay import overlay
from thirdshift_runbooks.page import Disposition, Page
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

    def ids(self, disposition: Disposition) -> tuple[str, ...]:
        """The ids of the pages that ask this of the site."""
        return tuple(page.id for page in self.pages if page.disposition is disposition)

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


def load(
    folder: Path | None = None, today: date | None = None, overrides: Path | None = None
) -> Catalogue:
    """Read every page of a folder, of the packaged one by default, and lay a site's own over it.

    Raises `RunbookError` with all problems of all pages; those between pages come after them.
    `today` is for tests and for who checks pages: see `parse`.
    """
    shipped, problems = read_folder(folder or PACKAGED, lambda path: path.name, today)
    own, more = read_folder(overrides, str, today) if overrides else ([], [])
    sheets = overlay(shipped, own)
    found = [*problems, *more] or [*_shared(sheets), *_twins(sheets), *_strangers(sheets)]
    if not found and not any(EVERYTHING_ELSE in sheet.page.signals for sheet in sheets):
        text = f"no page answers to the unknown; give one of them signals = ['{EVERYTHING_ELSE}']"
        found.append(Problem(str(overrides or folder or PACKAGED), 1, text))
    if found:
        raise RunbookError(found)
    return Catalogue(tuple(sorted((sheet.page for sheet in sheets), key=lambda page: page.id)))


def _shared(sheets: Sequence[Sheet]) -> Iterator[Problem]:
    """Two pages for one signal would make the choice between them chance."""
    answering: dict[str, Sheet] = {}
    for sheet in sheets:
        for signal in sheet.page.signals:
            first = answering.setdefault(signal, sheet)
            if first is not sheet:
                text = f"{signal!r} is answered by {first.file} too; choose one page"
                yield Problem(sheet.file, 1, f"key 'signals': {text}")


def _twins(sheets: Sequence[Sheet]) -> Iterator[Problem]:
    """Files of different names may make one id: `GpuHung.md` and `GPUHung.md`."""
    known: dict[str, Sheet] = {}
    for sheet in sheets:
        first = known.setdefault(sheet.page.id, sheet)
        if first is not sheet:
            text = f"{sheet.page.id!r} is the id of {first.file} too; rename one of the files"
            yield Problem(sheet.file, 1, f"key 'id': {text}")


def _strangers(sheets: Sequence[Sheet]) -> Iterator[Problem]:
    """A rule that leads to no page would lose its signals."""
    known = {sheet.page.id for sheet in sheets}
    for sheet in sheets:
        for when in sheet.page.when:
            if when.becomes not in known:
                text = f"there is no page {when.becomes!r}; name the id of one"
                yield Problem(sheet.file, 1, f"key 'becomes' of [[when]]: {text}")
