"""What is wrong with several files that belong together, told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from thirdshift_controller.config import ConfigError

T = TypeVar("T")
_MANY = 20
"""Of one file; more help nobody."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong at one place of a table, and what mends it."""

    line: int
    column: str
    """Empty where the whole row is meant."""
    text: str


class Complaints:
    """Gathers them; `refusal` then speaks for all."""

    def __init__(self) -> None:
        self._told: dict[Path, list[str]] = {}
        self._faults: dict[Path, list[Fault]] = {}

    def attempt(self, path: Path, read: Callable[[], T]) -> T | None:
        """What `read` makes of a file; `None` where it raised `ConfigError`, which is kept."""
        try:
            return read()
        except ConfigError as error:
            self._told.setdefault(path, []).append(str(error))
            return None

    def about(self, path: Path, faults: Iterable[Fault]) -> None:
        """Keep what is wrong with one table."""
        self._faults.setdefault(path, []).extend(faults)

    def fine(self, path: Path | None) -> bool:
        """Whether nothing is wrong with a file so far, be it that there is none."""
        return not (self._told.get(path) or self._faults.get(path)) if path else True

    def __bool__(self) -> bool:
        return bool(self._texts())

    @property
    def refusal(self) -> ConfigError:
        """All of them."""
        return ConfigError("\n".join(self._texts()))

    def _texts(self) -> list[str]:
        texts = [text for told in self._told.values() for text in told]
        for path, faults in self._faults.items():
            texts += [_text(path, fault) for fault in sorted(faults)[:_MANY]]
            texts += [f"… and {len(faults) - _MANY} more in {path}"] * (len(faults) > _MANY)
        return texts


def _text(path: Path, fault: Fault) -> str:
    column = f", column {fault.column}" if fault.column else ""
    return f"{path}, line {fault.line}{column}: {fault.text}"
