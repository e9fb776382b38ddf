"""The node's present snapshot, taken in the background, so that nobody who reads it waits."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from threading import Event

from thirdshift_agent.clock import Clock
from thirdshift_agent.gpu import Driver, DriverError
from thirdshift_agent.identity import IdentityBook
from thirdshift_agent.kept_file import KeptFile
from thirdshift_agent.maintenance import Turn, always
from thirdshift_agent.observation import Observe
from thirdshift_agent.presence_watch import PresenceWatch
from thirdshift_agent.reading import Census, Hung, Lost, Outcome, Reader, Unread
from thirdshift_agent.wire import GpuIdentity, GpuPresence, GpuReading, Snapshot, Values

log = logging.getLogger(__name__)

_GONE = Lost("the driver does not list it any more")


class Sampler:
    """Asks one node's driver, on one thread; `latest` is safe from any other."""

    def __init__(
        self,
        driver: Driver,
        clock: Clock,
        book: IdentityBook,
        observe: Observe,
        reader: Reader,
        gpus_expected: int | None = None,
        told: KeptFile | None = None,
    ) -> None:
        """`gpus_expected` None: as many as the node is known to have had."""
        self._driver, self._clock, self._book, self._reader = driver, clock, book, reader
        self._gpus_expected = gpus_expected
        self._watch = PresenceWatch(observe, told or KeptFile())
        self._seen_at: dict[str, datetime] = {}
        self._latest: Snapshot | None = None

    def latest(self) -> Snapshot | None:
        """The last snapshot taken; None before the first."""
        return self._latest

    def run(self, interval_seconds: float, stop: Event, turn: Turn = always) -> None:
        """Sample every `interval_seconds` of the wall until `stop`, whenever it has a turn."""
        while not stop.is_set():
            started = time.monotonic()
            try:
                with turn() as on_duty:
                    if on_duty:
                        self.sample_once()
            except Exception:
                log.exception("no snapshot taken")
            stop.wait(max(0.0, started + interval_seconds - time.monotonic()))

    def sample_once(self) -> Snapshot:
        """Take a snapshot, keep it as the latest, and observe what changed since the last one."""
        try:
            census = self._reader.census(self._driver)
        except DriverError as error:
            self._latest = Snapshot(self._clock.now(), None, (), (str(error),))
            self._count(0)
            return self._latest
        self._book.remember(gpu.identity for gpu in census.gpus)
        self._latest = self._snapshot(census, self._reader.read(census.gpus))
        return self._latest

    def _snapshot(self, census: Census, outcomes: Mapping[str, Outcome]) -> Snapshot:
        now = self._clock.now()
        told = {card: outcomes.get(card.uuid, _GONE) for card in self._book.all()}
        readings = tuple(self._reading(card, outcome, now) for card, outcome in told.items())
        reasons = [_reason(outcome) for outcome in told.values()]
        self._count(len(readings))
        problems = list(census.problems)
        for gpu, reason in zip(readings, reasons, strict=True):
            self._watch.look(gpu, now, reason)
            if reason:
                problems.append(f"GPU {gpu.identity.slot}: {reason}")
        return Snapshot(now, census.driver_version, readings, tuple(problems))

    def _reading(self, card: GpuIdentity, outcome: Outcome, now: datetime) -> GpuReading:
        if isinstance(outcome, Values):
            self._seen_at[card.uuid] = now
            return GpuReading(card, GpuPresence.PRESENT, now, **asdict(outcome))
        seen_at = self._seen_at.get(card.uuid)
        match outcome:
            case Hung(call, seconds):
                return GpuReading(card, GpuPresence.HUNG, seen_at, call, seconds)
            case Lost():
                return GpuReading(card, GpuPresence.LOST, seen_at)
            case Unread():
                return GpuReading(card, GpuPresence.PRESENT, seen_at)

    def _count(self, known: int) -> None:
        expected = self._gpus_expected or len(self._book.all())
        self._watch.count(known, expected, self._clock.now())


def _reason(outcome: Outcome) -> str:
    match outcome:
        case Hung(call, seconds):
            return f"{call} has not returned for {seconds:.0f} s"
        case Lost(reason) | Unread(reason):
            return reason
        case _:
            return ""
