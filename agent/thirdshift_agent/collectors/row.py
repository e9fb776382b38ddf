"""What a collector is made of: rows that say what is measured, and the readings that they name.

A row is one metric. What its readings are is said by its collector: of a GPU by a source, of the
node by the collector's own `read`. `None` is not zero: what could not be read has no reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Labels = tuple[str, ...]
"""Label values, in the order of the row's label names."""

Series = tuple[str, Labels]
"""One line of the page: the row's name and its label values."""

Readings = Mapping[Series, float]
"""What was read, in base units; flags are 0 and 1."""


@dataclass(frozen=True, slots=True)
class Row:
    """One metric."""

    name: str
    """Without prefix; the base unit at its end, and `_total` where it only grows."""
    help: str
    labels: tuple[str, ...] = ()

    @property
    def is_counter(self) -> bool:
        """Whether it only grows, but for a restart."""
        return self.name.endswith("_total")


@dataclass(frozen=True, slots=True)
class ForeignRow(Row):
    """A metric whose name others gave; it does not say by its end whether it counts."""

    counts: bool = False

    @property
    def is_counter(self) -> bool:
        """Whether it only grows, but for a restart."""
        return self.counts


def each_state(name: str, words: tuple[str, ...], present: frozenset[str]) -> Readings:
    """One reading a word: 1 for those present, 0 for the others."""
    return {(name, (word,)): float(word in present) for word in words}
