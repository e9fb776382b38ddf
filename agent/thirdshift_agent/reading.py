"""Reading every GPU of a node without waiting for one that does not answer.

A driver call can hang in a way that nothing ends. So each read has a thread of its own; what is not
back in time is told as hung, and the thread is left to its call: it ends with the call or with the
process, and a GPU whose call is still out is not called again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from threading import Thread
from typing import Generic, Protocol, TypeVar

from thirdshift_agent.gpu import Calling, Driver, DriverError, Gpu, GpuLostError
from thirdshift_agent.wire import Values

log = logging.getLogger(__name__)

T = TypeVar("T")


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
class Unread:
    """Nothing was learnt of the GPU, for a reason that lies elsewhere."""

    reason: str


Outcome = Values | Lost | Hung | Unread
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

    def read(self, gpus: Sequence[Gpu]) -> Mapping[str, Outcome]:
        """Read each GPU once; the outcomes by UUID."""
        ...


class WatchedReader:
    """All GPUs at once, each on a thread of its own; no call holds up the caller for long."""

    def __init__(self, patience_seconds: float = 10.0) -> None:
        """`patience_seconds` of the wall is how long one read may take before it counts as hung."""
        self._patience_seconds = patience_seconds
        self._listing: _Call[Census] | None = None
        self._reading: dict[str, _Call[Outcome]] = {}
        self._last = Census()

    def census(self, driver: Driver) -> Census:
        """Find the GPUs; where that hangs, return those found last and say so.

        Raises `DriverError`, also where it hangs and none were found before.
        """
        call = self._listing or _Call(lambda _: take_census(driver))
        try:
            answer = call.result(time.monotonic() + self._patience_seconds)
        finally:
            self._listing = None if call.done() else call
        if isinstance(answer, Hung):
            problem = f"the driver has not listed its GPUs for {answer.seconds:.0f} s"
            if not self._last.gpus:
                raise DriverError(problem)
            return replace(self._last, problems=(problem,))
        self._last = answer
        return answer

    def read(self, gpus: Sequence[Gpu]) -> Mapping[str, Outcome]:
        """Read each GPU once; the outcomes by UUID."""
        out = {uuid: call for uuid, call in self._reading.items() if not call.done()}
        fresh = (gpu for gpu in gpus if gpu.identity.uuid not in out)
        self._reading = out | {gpu.identity.uuid: _reading_of(gpu) for gpu in fresh}
        deadline = time.monotonic() + self._patience_seconds
        return {uuid: call.result(deadline) for uuid, call in self._reading.items()}


def take_census(driver: Driver) -> Census:
    """Find the GPUs here and now. Raises `DriverError`."""
    gpus = driver.gpus()
    return Census(driver.version(), gpus, driver.problems())


def read_one(gpu: Gpu, calling: Calling) -> Outcome:
    """Read one GPU here and now. No GPU's failure, whatever it is, reaches the others."""
    try:
        return gpu.read(calling)
    except GpuLostError as error:
        return Lost(str(error))
    except DriverError as error:
        return Unread(str(error))
    except Exception as error:
        log.exception("GPU not read", extra={"gpu_uuid": gpu.identity.uuid})
        return Unread(f"the agent failed to read it: {error}")


def _reading_of(gpu: Gpu) -> _Call[Outcome]:
    return _Call(lambda calling: read_one(gpu, calling))


class _Call(Generic[T]):
    """Work under way on a daemon thread. Executors are no use: they wait for theirs at exit."""

    def __init__(self, work: Callable[[Calling], T]) -> None:
        self._future: Future[T] = Future()
        self._since = time.monotonic()
        self._call = "nothing yet"
        Thread(target=self._run, args=(work,), daemon=True).start()

    def done(self) -> bool:
        return self._future.done()

    def result(self, deadline: float) -> T | Hung:
        wait([self._future], max(0.0, deadline - time.monotonic()))
        if self._future.done():
            return self._future.result()
        return Hung(self._call, time.monotonic() - self._since)

    def _run(self, work: Callable[[Calling], T]) -> None:
        try:
            self._future.set_result(work(self._calling))
        except Exception as error:
            self._future.set_exception(error)

    def _calling(self, call: str) -> None:
        self._call = call
