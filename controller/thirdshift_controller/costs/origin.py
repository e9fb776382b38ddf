"""Where a figure comes from: the file and line that hold it, who said it, and on what day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Origin:
    """What a reader needs to find the figure again."""

    source: str
    """Who said it, in a few words: an invoice's number, a price list, `assumption: ...`."""
    as_of: date | None = None
    """The day it was true on, where that is known."""
    file: str = ""
    """The name of the file that holds it; empty for what the store recorded."""
    line: int | None = None

    @property
    def is_assumption(self) -> bool:
        """Whether nobody but ourselves said it."""
        return self.source.lower().startswith("assumption")

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line}" if self.line else self.file
        day = f"{self.as_of}" if self.as_of else ""
        return "; ".join(part for part in (self.source, day, place) if part)
