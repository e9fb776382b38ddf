"""What is wrong with files that belong together, told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from thirdshift_controller.config.errors import ConfigError

T = TypeVar("T")
_MOST_TOLD = 20
"""Of one file; more help nobody."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong at one place of a table, and what mends it."""

    line: int
    column: str
    """Empty where the whole row is meant."""
    text: str

    def __str__(self) -> str:
        column = f", column {self.column}" if self.column else ""
        return f"line {self.line}{column}: {self.text}"


class Complaints:
    """Gathers them while reading goes on; `refuse` then speaks for all, file by file.

    Of a file that is read more than once, each is told once.
    """

    def __init__(self) -> None:
        self._refusals: dict[Path, list[str]] = {}
        self._faults: dict[Path, set[Fault]] = {}

    def attempt(self, path: Path, read: Callable[[], T]) -> T | None:
        """What `read` makes of a file; `None` where it raised `ConfigError`, which is kept."""
        refusals = self._refusals.setdefault(path, [])
        try:
            return read()
        except ConfigError as error:
            refusals.append(str(error))
            return None

    def about(self, path: Path, faults: Iterable[Fault]) -> None:
        """Keep what is wrong with one table."""
        self._faults.setdefault(path, set()).update(faults)

    def fine(self, path: Path | None) -> bool:
        """Whether nothing is wrong with a file so far, be it that there is none."""
        return not (self._refusals.get(path) or self._faults.get(path)) if path else True

    def refuse(self) -> None:
        """Raise `ConfigError` if there is any."""
        if self._texts():
            raise self.refusal

    @property
    def refusal(self) -> ConfigError:
        """All of them."""
        return ConfigError("\n".join(self._texts()))

    def _texts(self) -> list[str]:
        texts: list[str] = []
        for path in {**self._refusals, **self._faults}:
            texts += dict.fromkeys(self._refusals.get(path, ()))
            texts += _told(path, self._faults.get(path, ()))
        return texts


def refuse(path: Path, faults: Iterable[Fault]) -> None:
    """Raise `ConfigError` if a table has any."""
    complaints = Complaints()
    complaints.about(path, faults)
    complaints.refuse()


def first_of(texts: Sequence[str], path: Path) -> list[str]:
    """Those that are told of all that a file is refused for, and how many more there are."""
    more = len(texts) - _MOST_TOLD
    return [*texts[:_MOST_TOLD], *[f"… and {more} more in {path}"] * (more > 0)]


def _told(path: Path, faults: Iterable[Fault]) -> list[str]:
    return first_of([f"{path}, {fault}" for fault in sorted(faults)], path)
