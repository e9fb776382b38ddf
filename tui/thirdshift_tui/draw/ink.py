"""Lines of text whose parts each have an ink: what a part means, not how it looks."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from itertools import groupby
from textwrap import wrap
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

_CUT = "~"


class Ink(StrEnum):
    """What a piece of text means."""

    TEXT = "text"
    MUTED = "muted"
    STRONG = "strong"
    HEADING = "heading"
    CURSOR = "cursor"
    ALARM = "alarm"
    FAILED = "failed"
    FAILED_OWNED = "failed_owned"
    DEGRADED = "degraded"
    DEGRADED_OWNED = "degraded_owned"
    NO_DATA = "no_data"
    NO_DATA_OWNED = "no_data_owned"
    REPAIR = "repair"
    HELD = "held"
    VALIDATING = "validating"
    HEALTHY = "healthy"
    EMPTY = "empty"


Run = tuple[str, Ink]
Line = tuple[Run, ...]

BLANK: Line = ()


class Row(NamedTuple):
    """A line in a list; the ones with a key can be chosen."""

    line: Line
    key: str | None = None


def text(words: str, ink: Ink = Ink.TEXT) -> Line:
    """Return a line of one ink."""
    return ((words, ink),)


def plain(line: Line) -> str:
    """Return the line's text without its inks."""
    return "".join(words for words, _ in line)


def rows(lines: Iterable[Line]) -> list[Row]:
    """Return lines as rows that cannot be chosen."""
    return [Row(line) for line in lines]


def joined(runs: Iterable[Run]) -> Line:
    """Return a line in which neighbours of one ink are one run: fewer bytes to the terminal."""
    return tuple(
        ("".join(words for words, _ in group), ink) for ink, group in groupby(runs, lambda r: r[1])
    )


def wrapped(words: str, width: int, ink: Ink = Ink.TEXT) -> list[Line]:
    """Return the text broken into lines of at most `width` characters; at least one line."""
    return [text(part, ink) for part in wrap(words, max(10, width)) or [""]]


def widest(values: Iterable[str], most: int) -> int:
    """Return the width of a column that holds the values, but no more than `most` cells."""
    return min(most, max((cell_len(value) for value in values), default=0))


def fit(words: str, width: int) -> str:
    """Return the text in exactly `width` terminal cells, padded, or cut with a `~`."""
    if cell_len(words) <= width:
        return set_cell_size(words, width)
    return set_cell_size(words, max(0, width - 1)) + _CUT * min(1, width)
