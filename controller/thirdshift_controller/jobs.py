"""What runs by itself, and how often. The only module that knows APScheduler.

Jobs are few and each goes on where the database says it stopped, so a job that fails is logged,
counted and run again at its next turn.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from prometheus_client import CollectorRegistry, Counter, Histogram

log = logging.getLogger(__name__)
AT_ONE_TIME = 8
"""Jobs; each of them alone."""


class Jobs:
    """A scheduler of jobs that never overlap themselves."""

    def __init__(self, metrics: CollectorRegistry) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=UTC, executors={"default": ThreadPoolExecutor(AT_ONE_TIME)}
        )
        self._seconds = Histogram(
            "thirdshift_job_duration_seconds", "How long a job ran.", ["job"], registry=metrics
        )
        self._failures = Counter(
            "thirdshift_job_failures", "Runs of a job that failed.", ["job"], registry=metrics
        )

    def every(self, seconds: float, name: str, run: Callable[[], object]) -> None:
        """Run something now and then every so many seconds of the wall."""
        self._seconds.labels(name)
        self._failures.labels(name)
        self._scheduler.add_job(
            lambda: self._supervised(name, run),
            "interval",
            seconds=seconds,
            id=name,
            name=name,
            max_instances=1,
            coalesce=True,
            next_run_time=datetime.now(UTC),
        )

    def start(self) -> None:
        """Begin."""
        self._scheduler.start()

    def stop(self) -> None:
        """Let running jobs end, start no other."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def _supervised(self, name: str, run: Callable[[], object]) -> None:
        with self._seconds.labels(name).time():
            try:
                run()
            except Exception:
                self._failures.labels(name).inc()
                log.exception("job failed", extra={"job": name})
