"""Reads a folder of pages, each by itself. How they belong together is the catalogue's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from thirdshift_runbooks.errors import Problem, RunbookError
from thirdshift_runbooks.page import Page
from thirdshift_runbooks.parsing import parse

Named = Callable[[Path], str]
"""How problems name a file."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page and the name of the file that it was read from, as problems tell it."""

    file: str
    page: Page


def read_folder(
    folder: Path, named: Named, today: date | None
) -> tuple[list[Sheet], list[Problem]]:
    """Every page of a folder that can be read, and all that is wrong with the others."""
    sheets: list[Sheet] = []
    problems: list[Problem] = []
    if not folder.is_dir():
        problems.append(
            Problem(str(folder), 1, "there is no such folder; create it or mend the path")
        )
    for path in sorted(folder.glob("*.md")):
        file = named(path)
        try:
            sheets.append(Sheet(file, parse(file, _text(path, file), today)))
        except RunbookError as error:
            problems += error.problems
    return sheets, problems


def _text(path: Path, file: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RunbookError([Problem(file, 1, f"not UTF-8: {error.reason}")]) from error
    except OSError as error:
        raise RunbookError([Problem(file, 1, f"not readable: {error.strerror}")]) from error
