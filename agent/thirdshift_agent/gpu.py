"""A GPU and a driver as the agent needs them. `nvml/` and `simulated/` are the two that exist.

What the chip does not support has no reading. A read that fails in a way that concerns the whole
GPU raises `GpuLostError`; one that concerns the whole node, `DriverError`. Nothing here is
guaranteed to return: a driver call can hang, and the sampler expects that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from thirdshift_agent.collectors.row import Readings
from thirdshift_agent.observation import Observation
from thirdshift_agent.wire import GpuIdentity

Calling = Callable[[str], None]
"""Told the name of each driver call just before it is made, so that a hang can be named."""


class DriverError(Exception):
    """The driver as a whole cannot be used; the text says why and what mends it."""


class GpuLostError(Exception):
    """The driver no longer reaches this GPU."""


@dataclass(frozen=True, slots=True)
class GpuProcess:
    """A process that has a context on a GPU."""

    pid: int
    memory_bytes: int | None


class Gpu(Protocol):
    """One GPU of the node."""

    @property
    def identity(self) -> GpuIdentity:
        """Who it is."""
        ...

    def read(self, calling: Calling, in_full: bool) -> Readings:
        """Read what changes quickly; `in_full`, also what seldom does. Raises `GpuLostError`."""
        ...

    def processes(self, calling: Calling) -> Sequence[GpuProcess]:
        """Who uses it. Raises `GpuLostError`."""
        ...


class Driver(Protocol):
    """The node's driver."""

    @property
    def believed_seconds(self) -> float:
        """How long its list of GPUs is good while all of them answer, of the wall."""
        ...

    def version(self) -> str | None:
        """The driver's version."""
        ...

    def gpus(self) -> Sequence[Gpu]:
        """The GPUs that answer now, found anew at each call. Raises `DriverError`."""
        ...

    def problems(self) -> tuple[str, ...]:
        """Why the last `gpus` left a GPU out, one line each."""
        ...

    def wait_event(self, timeout_seconds: float, now: datetime) -> Observation | None:
        """Wait for the next event of any GPU. Raises `DriverError` where events do not exist."""
        ...

    def close(self) -> bool:
        """Let go of every handle; whether that was possible."""
        ...
