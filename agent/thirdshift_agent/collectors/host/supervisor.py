"""Runs each collector of the node when it is due, and keeps what each read last.

One thread reads, one collector after the other. A read that does not come back is told as hung: the
thread is left to it, another one goes on with the rest, and the collector is passed over until its
read returns. What a collector read before it failed or hung is not shown: old would pass for new.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event, Thread

from thirdshift_agent.clock import Clock
from thirdshift_agent.collectors.host import ALL
from thirdshift_agent.collectors.host.collector import HostCollector, Reading, Roots, known
from thirdshift_agent.collectors.row import Readings, Row, Series

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 10.0

_LABELS = ("collector",)
DURATION = Row("collector_duration_seconds", "How long its last read took.", _LABELS)
SUCCESS = Row("collector_success", "Whether its last read succeeded.", _LABELS)
SUCCEEDED_AT = Row(
    "collector_last_success_timestamp_seconds", "When a read of it last succeeded.", _LABELS
)
HUNG = Row("collector_hung_seconds", "How long a read of it has not returned.", _LABELS)
FAILURES = Row("collector_failures_total", "Reads of it that failed.", _LABELS)

OWN_ROWS: tuple[Row, ...] = (DURATION, SUCCESS, SUCCEEDED_AT, HUNG, FAILURES)


class HostWatch:
    """The collectors of one node. One thread runs it; any other may ask what was read."""

    def __init__(
        self,
        clock: Clock,
        collectors: Sequence[HostCollector] = ALL,
        roots: Roots | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """`patience_seconds` of the wall is how long one read may take before it counts as hung."""
        self._clock, self._roots, self._monotonic = clock, roots or Roots(), monotonic
        self._patience_seconds = patience_seconds
        self._watched = tuple(_Watched(collector) for collector in collectors)
        self._worker = _Worker()

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row that `readings` may have."""
        return (*OWN_ROWS, *(row for each in self._watched for row in each.collector.rows))

    def run(self, stop: Event, heed: Callable[[Readings], None] = lambda fresh: None) -> None:
        """Run each collector when it is due, until `stop`; `heed` is given what was read."""
        while not stop.is_set():
            heed(self.look())
            stop.wait(self._pause_seconds())

    def look(self) -> Readings:
        """Run the collectors that are due now; return what they read."""
        fresh: dict[Series, float] = {}
        for each in self._watched:
            if each.job is None and each.due_at <= self._monotonic():
                self._begin(each)
                fresh.update(each.readings)
            elif each.job is not None and each.job.done.is_set():
                self._take(each, each.job)
        return fresh

    def readings(self) -> Readings:
        """What is known of the node now, and how each collector does."""
        now = self._monotonic()
        found: dict[Series, float] = {}
        for each in self._watched:
            found.update(each.readings)
            found.update(each.own_readings(now))
        return found

    def problems(self) -> tuple[str, ...]:
        """Which collectors fail or hang, one sentence each."""
        now = self._monotonic()
        return tuple(problem for each in self._watched for problem in each.problems(now))

    def _begin(self, each: _Watched) -> None:
        now = self._monotonic()
        job = _Job(each.collector, self._roots, self._monotonic)
        each.due_at, each.job = now + each.collector.every_seconds, job
        self._worker.give(job)
        if job.done.wait(self._patience_seconds):
            self._take(each, job)
            return
        self._worker.leave()
        self._worker = _Worker()
        each.hung_since, each.readings = now, {}
        log.warning("a collector hangs", extra={"collector": each.collector.name})

    def _take(self, each: _Watched, job: _Job) -> None:
        each.job, each.hung_since = None, None
        each.duration_seconds = job.duration_seconds
        each.readings, each.error = job.readings, job.error
        if job.error is None:
            each.succeeded_at = self._clock.now().timestamp()
            each.told.clear()
            return
        each.failures += 1
        if (kind := type(job.error).__name__) not in each.told:
            each.told.add(kind)
            extra = {"collector": each.collector.name, "reason": str(job.error)}
            trace = None if isinstance(job.error, OSError) else job.error
            log.warning("a collector failed", exc_info=trace, extra=extra)

    def _pause_seconds(self) -> float:
        due = min((each.due_at for each in self._watched if each.job is None), default=float("inf"))
        return min(max(0.0, due - self._monotonic()), LONGEST_PAUSE_SECONDS)


@dataclass(slots=True)
class _Watched:
    """One collector and what came of it."""

    collector: HostCollector
    due_at: float = float("-inf")
    job: _Job | None = None
    """The read under way."""
    hung_since: float | None = None
    readings: Readings = field(default_factory=dict)
    error: Exception | None = None
    told: set[str] = field(default_factory=set)
    """Kinds of failure in the log since it last succeeded."""
    failures: int = 0
    duration_seconds: float | None = None
    succeeded_at: float | None = None

    def own_readings(self, now: float) -> Iterator[Reading]:
        hung_since, is_well = self.hung_since, self.error is None and self.hung_since is None
        has_run = self.duration_seconds is not None or hung_since is not None
        found = {
            DURATION: self.duration_seconds,
            SUCCESS: float(is_well) if has_run else None,
            SUCCEEDED_AT: self.succeeded_at,
            HUNG: None if hung_since is None else now - hung_since,
            FAILURES: float(self.failures),
        }
        return known(found, (self.collector.name,))

    def problems(self, now: float) -> Iterator[str]:
        name, since, error = self.collector.name, self.hung_since, self.error
        if since is not None:
            yield f"the collector {name} has not returned for {now - since:.0f} s"
        elif error is not None:
            yield f"the collector {name} failed: {error}"


class _Job:
    """One read of one collector."""

    def __init__(
        self, collector: HostCollector, roots: Roots, monotonic: Callable[[], float]
    ) -> None:
        self._collector, self._roots, self._monotonic = collector, roots, monotonic
        self.done = Event()
        self.readings: Readings = {}
        self.error: Exception | None = None
        self.duration_seconds = 0.0

    def attempt(self) -> None:
        started = self._monotonic()
        try:
            self.readings = self._collector.read(self._roots)
        except Exception as error:
            self.error = error
        self.duration_seconds = self._monotonic() - started
        self.done.set()


class _Worker:
    """A thread that does one job after the other. Nothing waits for it at the process's end."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        Thread(target=self._run, name="host collectors", daemon=True).start()

    def give(self, job: _Job) -> None:
        self._jobs.put(job)

    def leave(self) -> None:
        """Let it end with the job that it has."""
        self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.attempt()
