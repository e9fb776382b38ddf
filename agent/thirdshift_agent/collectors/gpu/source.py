"""Where a GPU's readings come from: what NVML is asked, and what of its answer is the reading.

Raw units end here: each source carries the factor that leads to the base unit. How the questions
are put, in as few calls as can be, is `nvml/plan.py`'s business; a simulated GPU answers by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from thirdshift_agent.collectors.row import Labels, Row

Pick = Callable[[Any], float | None]
"""Takes the raw number out of an answer."""


@dataclass(frozen=True, slots=True)
class Field:
    """One of NVML's numbered fields. All of them together cost one call."""

    number: int
    scale: float = 1.0
    pick: Pick | None = None
    """None: the number as it is."""
    scope: int = 0
    """What of the GPU is meant, such as the number of a link."""


@dataclass(frozen=True, slots=True)
class Call:
    """One function about the GPU. Rows that pick from the same answer share the call."""

    function: str
    arguments: tuple[Any, ...] = ()
    pick: Pick | None = None
    """None: the answer as it is."""
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Activity:
    """A metric of GPM, measured between two samples; by its number."""

    number: int
    scale: float = 1.0


class Ask(Protocol):
    """Calls a function about one GPU; `None` where the GPU does not support it."""

    def __call__(self, function: str, *arguments: Any) -> Any:
        """Raises `GpuLostError` and `DriverError`."""
        ...


@dataclass(frozen=True, slots=True)
class Several:
    """Readings whose labels are known only once NVML has answered."""

    read: Callable[[Ask], Mapping[Labels, float]]


Source = Field | Call | Activity
Sources = tuple[Source, ...]
"""In order of preference: the first that gives a value is the reading."""


@dataclass(frozen=True, slots=True)
class GpuRow(Row):
    """A row and the sources of each of its series."""

    sources: Mapping[Labels, Sources] | Several = field(default_factory=dict)


def unless_zero(number: float) -> float | None:
    """Pick for what NVML says with 0 where it has no reading."""
    return number or None


def gauge(name: str, help: str, *sources: Source) -> GpuRow:  # noqa: A002 - Prometheus' word
    """Return a row of one series."""
    return GpuRow(name, help, (), {(): sources})


def family(
    name: str,
    help: str,  # noqa: A002 - Prometheus' word
    labels: tuple[str, ...],
    sources: Mapping[Labels, Source],
) -> GpuRow:
    """Return a row of several series with one source each."""
    return GpuRow(name, help, labels, {key: (source,) for key, source in sources.items()})


def several(
    name: str,
    help: str,  # noqa: A002 - Prometheus' word
    labels: tuple[str, ...],
    read: Callable[[Ask], Mapping[Labels, float]],
) -> GpuRow:
    """Return a row whose series NVML tells."""
    return GpuRow(name, help, labels, Several(read))


@dataclass(frozen=True, slots=True)
class GpuCollector:
    """One subject: its rows, and whether every sample needs them."""

    name: str
    rows: tuple[GpuRow, ...]
    is_slow: bool = False
    """Changes so seldom, or costs so much, that every sixth sample is enough."""
    is_optional: bool = False
    """Read only where it is asked for by name."""
