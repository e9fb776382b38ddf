"""The node's present sample, taken in the background, so that nobody who reads it waits."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event

from thirdshift_agent.clock import Clock
from thirdshift_agent.collectors.gpu import ALL
from thirdshift_agent.collectors.row import Readings
from thirdshift_agent.gpu import Driver, DriverError, GpuProcess
from thirdshift_agent.kept_file import KeptFile
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.sampling.maintenance import Turn, always
from thirdshift_agent.sampling.reading import (
    Census,
    Hung,
    Lost,
    Outcome,
    Read,
    Reader,
    Slow,
    Unread,
)
from thirdshift_agent.sampling.sample import GpuSample, Sample
from thirdshift_agent.watch.presence import PresenceWatch
from thirdshift_agent.watch.rules import RuleWatch, Unit
from thirdshift_agent.wire import GpuIdentity, GpuPresence, StandingState

log = logging.getLogger(__name__)

FULL_EVERY = 6
"""One sample in so many reads what seldom changes, and who uses the GPUs.

So does the next one after something looked bad that a second look may confirm.
"""

_GONE = Lost("the driver does not list it any more")


@dataclass(frozen=True, slots=True)
class Watches:
    """Who looks at each sample for what is worth a signal."""

    presence: PresenceWatch
    rules: RuleWatch

    def standing(self, cards: Iterable[GpuIdentity]) -> tuple[StandingState, ...]:
        """What they told of these cards that still is."""
        return (*self.presence.standing(cards), *self.rules.standing)

    @classmethod
    def nobody(cls) -> Watches:
        """For one look whose changes concern nobody."""
        return cls(
            PresenceWatch(lambda seen: None, KeptFile()),
            RuleWatch((), lambda seen: None, KeptFile(), time.monotonic),
        )


@dataclass(frozen=True, slots=True)
class _Held:
    """What only full reads of a GPU give: good until the next of them."""

    readings: Readings
    processes: Sequence[GpuProcess] | None


_NOTHING = _Held({}, None)
_SLOW = frozenset(row.name for each in ALL if each.is_slow for row in each.rows)


class Sampler:
    """Asks one node's driver, on one thread; `latest` is safe from any other."""

    def __init__(
        self,
        driver: Driver,
        clock: Clock,
        book: IdentityBook,
        reader: Reader,
        watches: Watches,
        gpus_expected: int | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`gpus_expected` None: as many as the node is known to have had."""
        self._driver, self._clock, self._book, self._reader = driver, clock, book, reader
        self._watches, self._gpus_expected = watches, gpus_expected
        self._monotonic = monotonic
        self._turn, self._in_doubt = 0, False
        self._census: Census | None = None
        self._census_at = 0.0
        self._seen_at: dict[str, datetime] = {}
        self._held: dict[str, _Held] = {}
        self._latest: Sample | None = None

    def latest(self) -> Sample | None:
        """The last sample taken; None before the first."""
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
                log.exception("no sample taken")
            stop.wait(max(0.0, started + interval_seconds - time.monotonic()))

    def forget(self) -> None:
        """Ask anew which GPUs there are, as after a driver was let go of. Not while it samples."""
        self._census = None

    def sample_once(self) -> Sample:
        """Take a sample, keep it as the latest, and observe what changed since the last one."""
        try:
            census = self._believed()
        except DriverError as error:
            self._held.clear()
            self._latest = self._blind(str(error))
            return self._latest
        began = self._monotonic()
        in_full = self._in_doubt or self._turn % FULL_EVERY == 0
        outcomes = self._reader.read(census.gpus, in_full)
        self._turn += 1
        if not all(isinstance(outcome, Read) for outcome in outcomes.values()):
            self._census = None
        sample = self._sample(census, outcomes)
        self._latest = replace(sample, took_seconds=self._monotonic() - began)
        return self._latest

    def _blind(self, problem: str) -> Sample:
        """The sample where the driver itself does not answer: what stood stands."""
        now = self._clock.now()
        self._watches.presence.count(0, self._expected(), now)
        standing = self._watches.standing(self._book.all())
        return Sample(now, None, (), (problem,), standing=standing)

    def _believed(self) -> Census:
        """The list of GPUs: the last one while it is young and all of them answer."""
        now = self._monotonic()
        if self._census is None or now - self._census_at >= self._driver.believed_seconds:
            self._census, self._census_at = None, now
            census = self._reader.census(self._driver)
            self._book.remember(gpu.identity for gpu in census.gpus)
            if not census.problems and len(census.gpus) >= self._expected():
                self._census = census
            return census
        return self._census

    def _sample(self, census: Census, outcomes: Mapping[str, Outcome]) -> Sample:
        now = self._clock.now()
        told = {card: outcomes.get(card.uuid, _GONE) for card in self._book.all()}
        gpus = tuple(self._gpu(card, outcome, now) for card, outcome in told.items())
        reasons = [_reason(outcome) for outcome in told.values()]
        self._watches.presence.count(len(gpus), self._expected(), now)
        problems = list(census.problems)
        for gpu, reason in zip(gpus, reasons, strict=True):
            self._watches.presence.look(gpu, now, reason)
            if reason:
                problems.append(f"GPU {gpu.identity.slot}: {reason}")
        self._in_doubt = self._watches.rules.look(map(_unit, gpus, told.values()), now)
        return Sample(
            now,
            census.driver_version,
            gpus,
            tuple(problems),
            self._gpus_expected,
            standing=self._watches.standing(told),
        )

    def _gpu(self, card: GpuIdentity, outcome: Outcome, now: datetime) -> GpuSample:
        if isinstance(outcome, Read):
            self._seen_at[card.uuid] = now
            held = self._held_of(card.uuid, outcome)
            readings = {**held.readings, **outcome.readings}
            return GpuSample(
                card, GpuPresence.PRESENT, now, readings=readings, processes=held.processes
            )
        self._held.pop(card.uuid, None)
        seen_at = self._seen_at.get(card.uuid)
        match outcome:
            case Hung(call, seconds):
                return GpuSample(card, GpuPresence.HUNG, seen_at, call, seconds)
            case Slow(call, seconds):
                return GpuSample(card, GpuPresence.PRESENT, seen_at, call, seconds)
            case Lost():
                return GpuSample(card, GpuPresence.LOST, seen_at)
            case Unread():
                return GpuSample(card, GpuPresence.PRESENT, seen_at)

    def _held_of(self, uuid: str, outcome: Read) -> _Held:
        if outcome.in_full:
            slow = {series: of for series, of in outcome.readings.items() if series[0] in _SLOW}
            self._held[uuid] = _Held(slow, outcome.processes)
        return self._held.get(uuid, _NOTHING)

    def _expected(self) -> int:
        return self._gpus_expected or len(self._book.all())


def _unit(gpu: GpuSample, outcome: Outcome) -> Unit:
    fresh = outcome.readings if isinstance(outcome, Read) else {}
    card = gpu.identity
    return Unit(card.uuid, f"GPU {card.slot}", gpu.readings, fresh, card)


def _reason(outcome: Outcome) -> str:
    match outcome:
        case Hung(call, seconds) | Slow(call, seconds):
            return f"{call} has not returned for {seconds:.0f} s"
        case Lost(reason) | Unread(reason):
            return reason
        case _:
            return ""
