"""Keeps a storm of like sightings from filling the journal: what exceeds a budget is counted.

A burst is all sightings of one name and card with no pause of a minute between them. Its first ten
are signals of their own. The rest are folded into one signal after a minute, then after two, four
and so on up to sixteen, and when the burst is over. No sighting is lost: it is one of a number.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from thirdshift_agent.kernel_log.known import BOOT, RECORD, RECORDS, Runs, records_of, subject
from thirdshift_agent.observation import RULE, Observation
from thirdshift_agent.wire import GpuIdentity, Signal, SignalSource

REPEATED = "repeated"
"""Fact: how many happenings one signal stands for."""
FIRST_AT, LAST_AT = "first_at", "last_at"
"""Facts: when the first and the last of them came."""
CODES = "codes"
"""Fact: the codes, where a signal stands for several."""

OWN_SIGNALS = 10
PAUSE = timedelta(minutes=1)
FIRST_PERIOD, LONGEST_PERIOD = timedelta(minutes=1), timedelta(minutes=16)
MOST_BURSTS = 1024
"""How many at once have a budget of their own; what is beyond shares one for each kind."""
MOST_VALUES, LONGEST_VALUE = 24, 64
"""How many different values of one fact are kept of what was folded, and how much of each."""

Key = tuple[str, ...]

_PLACES = {RULE, BOOT, RECORD, RECORDS}


@dataclass(slots=True)
class Fold:
    """What a burst counted beyond its budget. Two sources that see one happening count it once."""

    like: Observation
    card: GpuIdentity | None
    seen_by: Counter[SignalSource] = field(default_factory=Counter)
    told_before: int = 0
    values: dict[str, dict[str, None]] = field(default_factory=dict)
    records: Runs = field(default_factory=Runs)
    boot: dict[str, str] = field(default_factory=dict)
    latest: str = ""
    first_at: datetime | None = None
    last_at: datetime | None = None
    signal: Signal | None = None
    """What was told last."""

    @property
    def repeated(self) -> int:
        """Happenings that were not told."""
        return max(self.seen_by.values(), default=0) - self.told_before

    def add(self, seen: Observation) -> bool:
        """Count the sighting; whether it is a happening that no other source saw before."""
        before = self.repeated
        self.seen_by[seen.source] += 1
        self.first_at = min(self.first_at or seen.at, seen.at)
        self.last_at = max(self.last_at or seen.at, seen.at)
        if seen.message != self.latest:  # the same words hold the same facts
            self.latest = seen.message
            for key, value in seen.facts.items():
                if key not in _PLACES:
                    self._remember(key, value)
        if seen.code != self.like.code:
            self._remember(CODES, seen.code)
        for record in records_of(seen):
            self.records.add(record)
            self.boot = {BOOT: seen.facts.get(BOOT, "")}
        return self.repeated > before

    def told(self) -> Observation:
        """What was counted since it was told before, as one sighting."""
        facts = {key: ", ".join(values) for key, values in self.values.items()}
        facts |= self.boot
        if RULE in self.like.facts:
            facts[RULE] = self.like.facts[RULE]
        facts[REPEATED] = str(self.repeated)
        last_at = self.last_at or self.like.at
        facts[FIRST_AT] = (self.first_at or last_at).isoformat()
        facts[LAST_AT] = last_at.isoformat()
        if self.records.runs:
            facts[RECORDS] = str(self.records)
        message = f"{self.like.message} (repeated {self.repeated} times)"
        return replace(self.like, at=last_at, message=message, facts=facts)

    def begin_anew(self, signal: Signal) -> None:
        """Forget what `signal` tells, but for how often each source saw it."""
        self.told_before += self.repeated
        self.values, self.records, self.latest = {}, Runs(), ""
        self.first_at = self.last_at = None
        self.signal = signal

    def _remember(self, key: str, value: str) -> None:
        values = self.values.setdefault(key, {})
        values[value[:LONGEST_VALUE] if len(values) < MOST_VALUES else "…"] = None


@dataclass(slots=True)
class _Burst:
    last_at: datetime
    """The latest; a clock that jumps back does not move it."""
    own: int = 0
    fold: Fold | None = None
    folds_from: datetime | None = None
    period: timedelta = FIRST_PERIOD
    was_touched: bool = True
    idle_since: datetime | None = None
    folding_since: datetime | None = None


class Storms:
    """The bursts that go on. One thread at a time."""

    def __init__(self) -> None:
        self._bursts: dict[Key, _Burst] = {}
        self._due: list[Fold] = []

    def take(self, seen: Observation, card: GpuIdentity | None) -> Fold | None:
        """Return what the sighting is to be counted in; `None` for a signal of its own."""
        burst = self._burst(seen, card)
        burst.last_at, burst.was_touched = max(burst.last_at, seen.at), True
        if burst.own < OWN_SIGNALS:
            burst.own += 1
            return None
        if burst.fold is None:
            burst.fold = Fold(seen, card)
        if burst.folds_from is None:
            burst.folds_from = burst.last_at
        elif burst.last_at - burst.folds_from >= burst.period:
            self._tell(burst)
            burst.folds_from = burst.last_at
        return burst.fold

    def due(self) -> list[Fold]:
        """Return the folds that are to be told now."""
        due, self._due = self._due, []
        return due

    def tend(self, now: datetime) -> None:
        """Let time pass, by the caller's clock: bursts end, folds become due."""
        for key, burst in list(self._bursts.items()):
            if burst.was_touched or burst.idle_since is None or now < burst.idle_since:
                burst.was_touched, burst.idle_since = False, now
            elif now - burst.idle_since >= PAUSE:
                self._end(key)
                continue
            if burst.fold is None or not burst.fold.repeated:
                burst.folding_since = None
            elif burst.folding_since is None or now < burst.folding_since:
                burst.folding_since = now
            elif now - burst.folding_since >= burst.period:
                self._tell(burst)

    def end(self) -> None:
        """End every burst: all folds are due."""
        for key in list(self._bursts):
            self._end(key)

    def _burst(self, seen: Observation, card: GpuIdentity | None) -> _Burst:
        key, crowd = _key(seen, card), (seen.kind.value,)
        for name in (key, crowd):
            if (burst := self._bursts.get(name)) is not None:
                if seen.at - burst.last_at <= PAUSE:
                    return burst
                self._end(name)
        if len(self._bursts) >= MOST_BURSTS:
            for name, burst in list(self._bursts.items()):
                if seen.at - burst.last_at > PAUSE:
                    self._end(name)
        name = key if len(self._bursts) < MOST_BURSTS else crowd
        return self._bursts.setdefault(name, _Burst(seen.at))

    def _end(self, key: Key) -> None:
        self._tell(self._bursts.pop(key))

    def _tell(self, burst: _Burst) -> None:
        if burst.fold is not None and burst.fold.first_at is not None:
            self._due.append(burst.fold)
        burst.period = min(2 * burst.period, LONGEST_PERIOD)
        burst.folds_from = burst.folding_since = None


def _key(seen: Observation, card: GpuIdentity | None) -> Key:
    kind, code, address, part = subject(seen)
    who = card.uuid if card else seen.gpu_uuid or address
    return (kind, code, who, part)
