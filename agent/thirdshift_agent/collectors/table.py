"""What one row of a collector is: a metric's name, its help, and how a GPU's reading yields it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from thirdshift_agent.wire import GpuReading

PREFIX = "thirdshift_gpu_"
LABELS = ("uuid", "slot")
"""What every series of a GPU carries. What else is known of the card is joined from the info."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A value that goes up and down. A reading of `None` yields no sample."""

    name: str
    """Without prefix, with the base unit at its end."""
    help: str
    read: Callable[[GpuReading], float | None]


@dataclass(frozen=True, slots=True)
class Counter:
    """A value that only grows; the name ends in `_total`."""

    name: str
    help: str
    read: Callable[[GpuReading], float | None]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A gauge with labels of its own: one sample for each set of label values that `read` gives."""

    name: str
    help: str
    labels: tuple[str, ...]
    read: Callable[[GpuReading], Iterable[tuple[tuple[str, ...], float]]]


Row = Gauge | Counter | Labelled


def each_state(words: Iterable[str], present: Iterable[str]) -> Mapping[tuple[str, ...], float]:
    """One sample a word: 1 for those present, 0 for the others."""
    now = set(present)
    return {(word,): float(word in now) for word in words}
