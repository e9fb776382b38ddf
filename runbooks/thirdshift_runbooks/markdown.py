"""A page's Markdown taken apart: title, machine's part, prose. It knows no key of the record."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

SECTIONS = ("Meaning", "Impact", "Diagnosis", "Mitigation", "Verification")
"""The prose of every page, in this order."""

_TITLE = re.compile(r"# +(\S.*)")
_SECTION = re.compile(r"## +(\S.*)")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of the prose, the number of its line and what stands under it."""

    heading: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Parts:
    """A page's text in its three parts; a part that is not there is `None`."""

    title: str | None
    record: str | None
    record_line: int
    """Number of the line that the record's first line has in the file."""
    body: str
    sections: tuple[Section, ...]


def take_apart(text: str) -> Parts:
    """Find the title, the first fenced `toml` block and the prose after it. Never raises."""
    lines = text.split("\n")
    start = next((n for n, line in enumerate(lines) if line.strip() == "```toml"), None)
    title = _title(lines[:start])
    if start is None:
        return Parts(title, None, 1, "", ())
    end = next((n for n, line in enumerate(lines[start + 1 :], start + 1) if _closes(line)), None)
    if end is None:
        return Parts(title, None, start + 1, "", ())
    return Parts(
        title=title,
        record="\n".join(lines[start + 1 : end]),
        record_line=start + 2,
        body="\n".join(lines[end + 1 :]).strip() + "\n",
        sections=_sections(lines, end + 1),
    )


def _title(lines: list[str]) -> str | None:
    first = next((line for line in lines if line.strip()), "")
    shape = _TITLE.fullmatch(first.rstrip())
    return shape[1] if shape else None


def _closes(line: str) -> bool:
    return line.strip() == "```"


def _sections(lines: list[str], start: int) -> tuple[Section, ...]:
    headings = [*_headings(lines, start), (len(lines), "")]
    return tuple(
        Section(heading, number + 1, "\n".join(lines[number + 1 : following]).strip())
        for (number, heading), (following, _) in pairwise(headings)
    )


def _headings(lines: list[str], start: int) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    fence: str | None = None
    for number, line in enumerate(lines[start:], start):
        if fence_shape := _FENCE.match(line):
            mark = fence_shape[1]
            if fence is None:
                fence = mark
            elif mark.startswith(fence):
                fence = None
        elif fence is None and (shape := _SECTION.fullmatch(line.rstrip())):
            found.append((number, shape[1]))
    return found
