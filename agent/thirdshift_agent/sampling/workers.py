"""One persistent worker for each thing that can hang: its own thread, its own call, its own clock.

A worker whose call does not return is left to it: it takes no new work, and says for how long and
in which call it hangs. The threads are daemons, so the end of the process waits for none of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Generic, TypeVar

from thirdshift_agent.gpu import Calling

T = TypeVar("T")
_NO_CALL = "nothing yet"
Work = Callable[[Calling], T]
"""Does not raise. It says which driver call it is about to make."""


@dataclass
class CallTimes:
    """How often each driver call was made and how long it took, over all workers."""

    counts: dict[str, int] = field(default_factory=dict)
    """Read it before `seconds`: whatever is counted here stands there too."""
    seconds: dict[str, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def add(self, call: str, seconds: float) -> None:
        """Take in one call that returned. Safe from any thread."""
        with self._lock:
            self.seconds[call] = self.seconds.get(call, 0.0) + seconds
            self.counts[call] = self.counts.get(call, 0) + 1


class Workers(Generic[T]):
    """Workers by key. For one thread that hands out work and gathers what comes of it."""

    def __init__(self, times: CallTimes) -> None:
        self._times = times
        self._done: SimpleQueue[tuple[str, int, T]] = SimpleQueue()
        self._workers: dict[str, _Worker[T]] = {}
        self._numbers = count(1)

    def begin(self, key: str, work: Work[T]) -> bool:
        """Give the worker something to do; False if it still hangs in what it had."""
        worker = self._workers.get(key)
        if worker is None:
            worker = self._workers[key] = _Worker(key, self._done, self._times)
        return worker.begin(work, next(self._numbers))

    def gather(self, keys: Iterable[str], patience_seconds: float) -> dict[str, T]:
        """Wait for the results of these workers; those not back in time are left out.

        A worker not waited for whose result is there all the same is among the results.
        """
        waited_for, found = set(keys), dict[str, T]()
        end = time.monotonic() + patience_seconds
        while True:
            left_seconds = end - time.monotonic() if waited_for - found.keys() else 0.0
            try:
                key, number, result = self._done.get(timeout=max(0.0, left_seconds))
            except Empty:
                return found
            worker = self._workers.get(key)
            if worker is not None and number == worker.number:
                found[key] = result

    def hanging(self, key: str) -> tuple[str, float]:
        """The call that a worker is in, and for how many seconds."""
        return self._workers[key].hanging()

    def keep(self, keys: Iterable[str]) -> None:
        """Let the other workers go; one whose call is still out stays until that returns."""
        for key in self._workers.keys() - set(keys):
            if self._workers[key].is_free:
                self._workers.pop(key).dismiss()


class _Worker(Generic[T]):
    def __init__(self, key: str, done: SimpleQueue[tuple[str, int, T]], times: CallTimes) -> None:
        self._key, self._done, self._times = key, done, times
        self._orders: SimpleQueue[Work[T] | None] = SimpleQueue()
        self.is_free = True
        self._call, self._since = _NO_CALL, 0.0
        self.number = 0
        Thread(target=self._run, name=f"worker {key}", daemon=True).start()

    def begin(self, work: Work[T], number: int) -> bool:
        if not self.is_free:
            return False
        self.is_free = False
        self._call, self._since = _NO_CALL, time.monotonic()
        self.number = number
        self._orders.put(work)
        return True

    def hanging(self) -> tuple[str, float]:
        return self._call, time.monotonic() - self._since

    def dismiss(self) -> None:
        self._orders.put(None)

    def _run(self) -> None:
        while (work := self._orders.get()) is not None:
            number = self.number
            result = work(self._calling)
            self._calling(_NO_CALL)
            self.is_free = True
            self._done.put((self._key, number, result))

    def _calling(self, call: str) -> None:
        now = time.monotonic()
        if self._call is not _NO_CALL:
            self._times.add(self._call, now - self._since)
        self._call, self._since = call, now
