"""A table for a terminal of 80 columns: one column of words, the others of figures."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

WIDTH = 80
FIGURE = 18
"""Columns of one figure: -9,999,999,999.99 and a space before it."""
UNTIED = "does not tie"
"""Stands in the account of a figure that is not the sum of its postings."""
RULE = "-" * WIDTH


def table_row(words: str, figures: Sequence[str]) -> Iterator[str]:
    """The words, wrapped; the figures stand at the right of their first line."""
    room = WIDTH - FIGURE * len(figures)
    first, *more = textwrap.wrap(words, room - 1) or [""]
    yield f"{first:<{room}}{''.join(f'{figure:>{FIGURE}}' for figure in figures)}".rstrip()
    yield from more


def note(text: str, indent: int = 2) -> Iterator[str]:
    """A remark under a row, or at the left on its own."""
    begin, further = " " * indent, " " * (2 * indent)
    yield from textwrap.wrap(text, WIDTH, initial_indent=begin, subsequent_indent=further)


def page(lines: Iterable[str]) -> str:
    """The lines as one text."""
    return "\n".join(lines) + "\n"
