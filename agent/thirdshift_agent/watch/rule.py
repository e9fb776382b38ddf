"""A rule: which readings it looks at, and what of them is worth a signal. A table's row; no state.

Two shapes are enough. A counter `Rises`; a state `Stays` bad. Both look at each series of a row by
itself, so that one link's trouble does not hide another's; what one look finds is one signal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from thirdshift_agent.collectors.row import Labels, Readings
from thirdshift_agent.wire import SignalKind

Only = Callable[[Labels], bool]
Address = Callable[[Readings, Labels], str | None]


class Seen(NamedTuple):
    """One reading as a test sees it."""

    value: float
    labels: Labels
    peers: Mapping[Labels, float]
    """The same row's readings that were taken with it."""
    readings: Readings
    """All that is known of the unit."""


IsBad = Callable[[Seen], bool]


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

    is_bad: IsBad
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
    only: Only | None = None
    """Which of the row's series; None is all."""
    address: Address | None = None
    """Which PCI device a series of the node is about; each has a signal of its own."""


def is_one(seen: Seen) -> bool:
    """For `Stays`: a flag that should not be up."""
    return seen.value == 1


def is_zero(seen: Seen) -> bool:
    """For `Stays`: a flag that should be up."""
    return seen.value == 0


def is_some(seen: Seen) -> bool:
    """For `Stays`: a number that should be 0."""
    return seen.value > 0


def is_slower_than_its_peers(seen: Seen) -> bool:
    """For `Stays`: less than the most of its row; nothing at all is another rule's matter."""
    return 0 < seen.value < max(seen.peers.values())


def below(row: str) -> IsBad:
    """For `Stays`: less than the reading of another row with the same labels."""

    def is_below(seen: Seen) -> bool:
        most = seen.readings.get((row, seen.labels))
        return most is not None and seen.value < most

    return is_below


def among(*words: str) -> Only:
    """For `only`: the last label is one of these."""
    return lambda labels: labels[-1] in words
