"""Reading every GPU of a node without waiting for one that does not answer.

A driver call can hang in a way that nothing ends. So each GPU has a worker, a thread of its own;
what is not back in time is told as hung, and the worker is left to its call: it ends with the call
or with the process, and a GPU whose call is still out is not called again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from thirdshift_agent.collectors.row import Readings
from thirdshift_agent.gpu import Calling, Driver, DriverError, Gpu, GpuLostError, GpuProcess
from thirdshift_agent.sampling.workers import CallTimes, Work, Workers

log = logging.getLogger(__name__)

_DRIVER = "driver"


@dataclass(frozen=True, slots=True)
class Read:
    """What a GPU told. `processes` are None where they were not asked for, or not told."""

    readings: Readings
    processes: Sequence[GpuProcess] | None = None
    in_full: bool = False
    """Whether what seldom changes is among it."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The driver no longer reaches the GPU."""

    reason: str


@dataclass(frozen=True, slots=True)
class Hung:
    """A driver call has not returned."""

    call: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Slow:
    """A driver call is out, but not for so long that it counts as hung."""

    call: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Unread:
    """Nothing was learnt of the GPU, for a reason that lies elsewhere."""

    reason: str


Outcome = Read | Lost | Hung | Slow | Unread
"""What came of reading one GPU."""


@dataclass(frozen=True, slots=True)
class Census:
    """The driver's version and the GPUs that answer. `problems`: why some may not be among them."""

    driver_version: str | None = None
    gpus: Sequence[Gpu] = ()
    problems: tuple[str, ...] = ()


class Reader(Protocol):
    """A way to ask a driver and its GPUs."""

    def census(self, driver: Driver) -> Census:
        """Find the GPUs. Raises `DriverError`."""
        ...

    def read(self, gpus: Sequence[Gpu], in_full: bool) -> Mapping[str, Outcome]:
        """Read each GPU once; the outcomes by UUID. `in_full`: also what seldom changes."""
        ...

    def call_times(self) -> CallTimes:
        """What the driver calls have cost."""
        ...


class WatchedReader:
    """Each GPU by a worker of its own; no call holds up the caller, or another GPU, for long."""

    def __init__(self, wait_seconds: float = 2.0, hung_after_seconds: float = 10.0) -> None:
        """How long, by the wall, a call is waited for, and after how long it counts as hung."""
        self._wait_seconds, self._hung_after_seconds = wait_seconds, hung_after_seconds
        self._times = CallTimes()
        self._gpus = Workers[Outcome](self._times)
        self._lists = Workers[Census | DriverError](self._times)
        self._last = Census()

    def census(self, driver: Driver) -> Census:
        """Find the GPUs; where that hangs, return those found last and say so.

        Raises `DriverError`, also where it hangs and none were found before.
        """
        begun = self._lists.begin(_DRIVER, lambda calling: _census_or_error(driver))
        patience_seconds = self._hung_after_seconds if begun else 0.0
        found = self._lists.gather([_DRIVER], patience_seconds)
        if not found:
            return self._without_list()
        answer = found[_DRIVER]
        if isinstance(answer, DriverError):
            raise answer
        self._last = answer
        return answer

    def read(self, gpus: Sequence[Gpu], in_full: bool) -> Mapping[str, Outcome]:
        """Read each GPU once; the outcomes by UUID."""
        work = {gpu.identity.uuid: partial(read_one, gpu, in_full) for gpu in gpus}
        self._gpus.keep(work)
        outcomes = self._one_by_one(work)
        return {uuid: outcomes.get(uuid) or self._out(uuid) for uuid in work}

    def call_times(self) -> CallTimes:
        """What the driver calls have cost."""
        return self._times

    def _one_by_one(self, work: Mapping[str, Work[Outcome]]) -> dict[str, Outcome]:
        """Let the workers work in turn, and all that are left at once after one that is late.

        Side by side they would only wait for the interpreter's lock, which each call lets go of.
        """
        outcomes: dict[str, Outcome] = {}
        left = dict(work)
        while left:
            uuid, first = next(iter(left.items()))
            del left[uuid]
            if self._gpus.begin(uuid, first):
                outcomes |= self._gpus.gather([uuid], self._wait_seconds)
                if uuid not in outcomes:
                    return outcomes | self._at_once(left)
        return outcomes | self._gpus.gather((), 0.0)

    def _at_once(self, work: Mapping[str, Work[Outcome]]) -> dict[str, Outcome]:
        begun = [uuid for uuid, each in work.items() if self._gpus.begin(uuid, each)]
        return self._gpus.gather(begun, self._wait_seconds)

    def _out(self, uuid: str) -> Outcome:
        call, seconds = self._gpus.hanging(uuid)
        return (Hung if seconds >= self._hung_after_seconds else Slow)(call, seconds)

    def _without_list(self) -> Census:
        _, seconds = self._lists.hanging(_DRIVER)
        problem = f"the driver has not listed its GPUs for {seconds:.0f} s"
        if not self._last.gpus:
            raise DriverError(problem)
        return replace(self._last, problems=(problem,))


def take_census(driver: Driver) -> Census:
    """Find the GPUs here and now. Raises `DriverError`."""
    gpus = driver.gpus()
    return Census(driver.version(), gpus, driver.problems())


def _census_or_error(driver: Driver) -> Census | DriverError:
    try:
        return take_census(driver)
    except DriverError as error:
        return error
    except Exception as error:
        log.exception("GPUs not listed")
        return DriverError(f"the agent failed to list the GPUs: {error}")


def read_one(gpu: Gpu, in_full: bool, calling: Calling) -> Outcome:
    """Read one GPU here and now. No GPU's failure, whatever it is, reaches the others."""
    try:
        readings = gpu.read(calling, in_full)
        return Read(readings, gpu.processes(calling) if in_full else None, in_full)
    except GpuLostError as error:
        return Lost(str(error))
    except DriverError as error:
        return Unread(str(error))
    except Exception as error:
        log.exception("GPU not read", extra={"gpu_uuid": gpu.identity.uuid})
        return Unread(f"the agent failed to read it: {error}")
