"""Histograms of what has happened: read from the database once, then only what is new.

A restart reads everything anew and so goes on where it was. What is counted never changes after:
when an incident was opened, and when one that took GPUs out of service was closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Lock

from prometheus_client import Histogram
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from sqlmodel import Session

from thirdshift_controller.metrics.failures import Failures
from thirdshift_controller.metrics.row import PREFIX
from thirdshift_controller.store import history
from thirdshift_controller.store.database import Store
from thirdshift_runbooks.catalogue import Catalogue
from thirdshift_runbooks.page import Disposition

MINUTE, HOUR, DAY = 60, 3600, 86_400
DETECTION = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR)
BETWEEN = (
    *(15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR),
    *(DAY, 2 * DAY, 4 * DAY, 7 * DAY, 14 * DAY, 21 * DAY, 30 * DAY),
)
"""The span of NVSentinel's `fault_quarantine_node_mtbi_seconds`, so that both can be compared."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Past(Collector):
    """Both histograms. Scrapes may overlap."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        self._store, self._lock = store, Lock()
        self._repairs = catalogue.ids(Disposition.REPAIR)
        self._failures = Failures()
        self._opened, self._closed_at = 0, LONG_AGO
        self.detection = Histogram(
            f"{PREFIX}incident_detection_seconds",
            "From a fault's first signal to its incident.",
            buckets=DETECTION,
            registry=None,
        )
        self.between = Histogram(
            f"{PREFIX}node_time_between_failures_seconds",
            "From one failure of a node to its next; known once that is closed.",
            buckets=BETWEEN,
            registry=None,
        )

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand, so that registering asks the database for nothing."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Both, with what has happened since the last scrape."""
        with self._lock, self._store.read() as session:
            self._take_detections(session)
            self._take_outages(session)
            yield from [*self.detection.collect(), *self.between.collect()]

    def _take_detections(self, session: Session) -> None:
        for found in history.detections(session, self._opened):
            self.detection.observe((found.opened_at - found.began_at).total_seconds())
            self._opened = found.number

    def _take_outages(self, session: Session) -> None:
        for outage in history.outages(session, self._repairs, self._closed_at):
            seconds = self._failures.seconds_since_the_last(outage)
            if seconds is not None:
                self.between.observe(seconds)
            self._closed_at = outage.closed_at
