"""What is wrong with pages: every problem of every page, found at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One broken rule: where it is, what it is and what mends it."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        """The form that editors can jump to."""
        return f"{self.file}:{self.line}: {self.text}"


class RunbookError(Exception):
    """The catalogue cannot be used; one line a problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))
