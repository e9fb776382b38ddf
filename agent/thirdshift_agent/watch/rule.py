"""A rule: which readings it looks at, and what of them is worth a signal. A table's row; no state.

Two shapes are enough. A counter `Rises`; a state `Stays` bad. Both look at each series of a row by
itself, so that one link's trouble does not hide another's; what one look finds is one signal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from thirdshift_agent.collectors.row import Labels, Readings
from thirdshift_agent.wire import SignalKind

Only = Callable[[Labels], bool]
Address = Callable[[Readings, Labels], str | None]


@dataclass(frozen=True, slots=True)
class Rises:
    """A counter that grew by so much within so long. One that is still growing is told once."""

    by: float = 1.0
    within_seconds: float = 60.0
    is_kept: bool = False
    """Counts over the card's life: what it rose by while the agent was away counts too."""


@dataclass(frozen=True, slots=True)
class Stays:
    """A state that is bad in `samples` of the last `of` looks."""

    is_bad: Callable[[float, Readings, Labels], bool]
    """From the reading, all readings of the same unit, and the reading's labels."""
    samples: int = 1
    of: int = 1
    in_grace: bool = True
    """Whether it is told of a node that has just booted, too."""
    after_good: bool = False
    """Bad only for what once was good: a port that nobody plugged in is not broken."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What to look at, how, and the name of what it tells."""

    name: str
    """Unique; the signal carries it."""
    kind: SignalKind
    code: str
    row: str
    test: Rises | Stays
    words: str
    """What has happened, for the signal's message."""
    only: Only = lambda labels: True
    address: Address | None = None
    """Which PCI device a series of the node is about; each has a signal of its own."""


def is_one(value: float, readings: Readings, labels: Labels) -> bool:
    """For `Stays`: a flag that should not be up."""
    return value == 1


def is_zero(value: float, readings: Readings, labels: Labels) -> bool:
    """For `Stays`: a flag that should be up."""
    return value == 0


def is_some(value: float, readings: Readings, labels: Labels) -> bool:
    """For `Stays`: a number that should be 0."""
    return value > 0


def below(row: str) -> Callable[[float, Readings, Labels], bool]:
    """For `Stays`: less than the reading of another row with the same labels."""

    def is_below(value: float, readings: Readings, labels: Labels) -> bool:
        most = readings.get((row, labels))
        return most is not None and value < most

    return is_below


def among(*words: str) -> Only:
    """For `only`: the last label is one of these."""
    return lambda labels: labels[-1] in words
