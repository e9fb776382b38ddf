"""What people may write in a request: words that any log, terminal and database can take."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field

_LINES = "\n\t"
_CONTROL = "Cc"
_TURNS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""What makes a terminal show other words than were written (UAX #9)."""


def _one_line(text: str) -> str:
    """White space of any length is one blank."""
    line = " ".join(text.split())
    if not line:
        raise ValueError("must say something")
    return _printable(line)


def _printable(text: str) -> str:
    if any(_steers(character) for character in text):
        raise ValueError("must not hold control characters")
    return text


def _steers(character: str) -> bool:
    if character in _LINES:
        return False
    is_turn = unicodedata.bidirectional(character) in _TURNS
    return is_turn or unicodedata.category(character) == _CONTROL


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies beyond the calendar") from None


Sentence = Annotated[str, Field(max_length=500), AfterValidator(_one_line)]
"""A reason, on one line."""
Note = Annotated[str, Field(max_length=2000), AfterValidator(_printable)]
"""A technician's own words, on as many lines as it takes."""
Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
