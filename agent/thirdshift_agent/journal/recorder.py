"""Where all sightings of a node come together: who is it, is it known already, into the journal.

The driver reports one happening twice, as an NVML event and as a line in the kernel's log. Two
sightings are one when they are of the same name and card, from different sources and close in time;
the journal's entry then gets the kernel's words, and says who else saw it. That mark is on disk
too, so a restart between the two sightings changes nothing. What storms is counted, see `storm.py`.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from thirdshift_agent.journal.journal import Journal
from thirdshift_agent.journal.storm import REPEATED, Storms
from thirdshift_agent.kernel_log.known import RECORDS, KnownRecords, known_records
from thirdshift_agent.kernel_log.witness import BOARD_SERIAL
from thirdshift_agent.observation import Observation
from thirdshift_agent.page.metrics import XidCount
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.wire import GpuIdentity, Signal, SignalKind, SignalSource

XidKey = tuple[str | None, int | None, str]
"""Card's uuid and slot, where they are known, and the code."""

Whose = Callable[[int], str | None]
"""The name of the workload that a process belongs to, such as `slurm/4711/0`."""

WORKLOAD = "workload"
"""Fact: whose the process was that the sighting names."""

ALSO_SEEN_BY = "also_seen_by"
"""Fact: the second source of the same happening."""

COUNTER_WINDOWS = 24
"""By how many windows the sampler may be later than the log, whose lines come at once."""

_TAIL = 256
_MOST_NAMES = 1024
_MOST_COUNTS = 4096
_OTHER = "other"
"""The code under which XIDs are counted that come in more codes and cards than there are."""


class Recorder:
    """The agent's `Observe`. Safe from any thread."""

    def __init__(self, journal: Journal, book: IdentityBook, window: timedelta) -> None:
        """`window` is how far apart, by the clock, two sightings of one happening may be."""
        self._journal, self._book, self._window = journal, book, window
        self._lock = Lock()
        self._storms = Storms()
        known = journal.after(0, journal.last_sequence)
        self._recent: deque[Signal] = deque(known, maxlen=_TAIL)
        self._whose: Whose = lambda pid: None
        self._half_seen: OrderedDict[tuple[str, str], deque[Signal]] = OrderedDict()
        self._counts: dict[XidKey, XidCount] = {}
        for signal in known:
            key = (signal.gpu_uuid, signal.gpu_slot, signal.code)
            if signal.kind is SignalKind.XID:
                self._add(key, signal.at, int(signal.facts.get(REPEATED, "1")))
        for signal in self._recent:
            self._expect_second(signal)

    def ask_whose(self, whose: Whose) -> None:
        """Ask from now on whose a process is that a sighting names."""
        self._whose = whose

    def observe(self, seen: Observation) -> None:
        """Put the sighting on disk, as a new signal or as more of one that is known."""
        self.observe_all([seen])

    def observe_all(self, sightings: Sequence[Observation]) -> None:
        """Put the sightings on disk in one write; what storms, once its fold is due."""
        with self._lock, self._journal.together():
            for seen in sightings:
                self._take(seen)

    def tend(self, now: datetime) -> None:
        """Tell what storms have counted, where it is time; try again what the disk did not take.

        To be called every few seconds, with the present by the agent's clock.
        """
        with self._lock, self._journal.together():
            self._storms.tend(now)
            self._tell_folds()

    def settle(self) -> None:
        """Tell all that storms have counted so far."""
        with self._lock, self._journal.together():
            self._storms.end()
            self._tell_folds()

    def xid_counts(self) -> tuple[XidCount, ...]:
        """How often each XID came to each GPU since the journal's first entry."""
        return tuple(self._counts.copy().values())

    def kernel_records(self, boot_id: str) -> KnownRecords:
        """This boot's kernel records that were observed; storms tell theirs first."""
        self.settle()
        with self._lock:  # the journal may still wait for the disk to take the recent ones
            entries = (*self._journal.after(0, self._journal.last_sequence), *self._recent)
        return known_records(entries, boot_id)

    def _take(self, seen: Observation) -> None:
        seen = self._with_workload(seen)
        card = self._card(seen)
        known = self._known(seen, card)
        if known is not None:
            self._confirm(known, seen)
            return
        fold = self._storms.take(seen, card)
        self._tell_folds()
        if fold is None:
            self._append(seen, card)
        elif fold.add(seen):
            self._count(seen, card)

    def _with_workload(self, seen: Observation) -> Observation:
        pid = seen.facts.get("pid", "")
        workload = self._whose(int(pid)) if pid.isascii() and pid.isdecimal() else None
        return replace(seen, facts={**seen.facts, WORKLOAD: workload}) if workload else seen

    def _append(self, seen: Observation, card: GpuIdentity | None) -> Signal:
        signal = self._journal.append(_without_serial(seen) if card else seen, card)
        self._recent.append(signal)
        if REPEATED not in signal.facts:
            self._expect_second(signal)
            self._count(seen, card)
        return signal

    def _tell_folds(self) -> None:
        for fold in self._storms.due():
            if fold.repeated:
                told = fold.told()
                also = ", ".join(each for each in fold.seen_by if each is not told.source)
                facts = {**told.facts, ALSO_SEEN_BY: also} if also else told.facts
                fold.begin_anew(self._append(replace(told, facts=facts), fold.card))
            elif fold.signal and fold.records.runs:
                # the slower source's sightings of what is told: their records are known too
                have = fold.signal.facts.get(RECORDS, "")
                facts = {**fold.signal.facts, RECORDS: f"{have} {fold.records}".strip()}
                fuller = replace(fold.signal, facts=facts)
                self._journal.amend(fuller)
                fold.begin_anew(fuller)

    def _card(self, seen: Observation) -> GpuIdentity | None:
        serial = seen.facts.get(BOARD_SERIAL)
        if seen.gpu_uuid and (card := self._book.by_uuid(seen.gpu_uuid)):
            return replace(card, serial=card.serial or serial)
        card = self._book.by_pci(seen.pci_address) if seen.pci_address else None
        if card is None or seen.gpu_uuid is None:
            return card
        # a card that the book has not met sits in this place: the slot holds, the serial does not
        return replace(card, uuid=seen.gpu_uuid, serial=serial)

    def _known(self, seen: Observation, card: GpuIdentity | None) -> Signal | None:
        address = seen.pci_address or (card.pci_address if card else None)
        uuid = seen.gpu_uuid or (card.uuid if card else None)
        for signal in self._half_seen.get((seen.kind, seen.code), ()):
            if (
                seen.source is not signal.source
                and abs(signal.at - seen.at) <= self._apart(seen, signal)
                and (signal.pci_address == address or (uuid and signal.gpu_uuid == uuid))
            ):
                return signal
        return None

    def _apart(self, seen: Observation, signal: Signal) -> timedelta:
        """How far apart two sightings of one happening may be: a counter is read now and then."""
        counted = SignalSource.SAMPLER in (seen.source, signal.source)
        return COUNTER_WINDOWS * self._window if counted else self._window

    def _expect_second(self, signal: Signal) -> None:
        """Remember what a second source may see too."""
        if ALSO_SEEN_BY in signal.facts or REPEATED in signal.facts:
            return
        name = (signal.kind.value, signal.code)
        waiting = self._half_seen.setdefault(name, deque(maxlen=_TAIL))
        while waiting and signal.at - waiting[0].at > COUNTER_WINDOWS * self._window:
            waiting.popleft()
        waiting.append(signal)
        self._half_seen.move_to_end(name)
        if len(self._half_seen) > _MOST_NAMES:
            self._half_seen.popitem(last=False)

    def _confirm(self, known: Signal, seen: Observation) -> None:
        words = seen if seen.source is SignalSource.KERNEL_LOG else known
        fuller = replace(
            known,
            message=words.message,
            facts={**_without_serial(seen).facts, **known.facts, ALSO_SEEN_BY: seen.source.value},
        )
        self._journal.amend(fuller)
        self._half_seen[known.kind.value, known.code].remove(known)
        if known in self._recent:
            self._recent[self._recent.index(known)] = fuller

    def _count(self, seen: Observation, card: GpuIdentity | None) -> None:
        if seen.kind is SignalKind.XID:
            uuid = seen.gpu_uuid or (card.uuid if card else None)
            self._add((uuid, card.slot if card else None, seen.code), seen.at, 1)

    def _add(self, key: XidKey, at: datetime, happenings: int) -> None:
        if key not in self._counts and len(self._counts) >= _MOST_COUNTS:
            key = (None, None, _OTHER)
        uuid, slot, code = key
        before = self._counts.get(key)
        count = (before.count if before else 0) + happenings
        last_at = max(before.last_at, at) if before else at
        self._counts[key] = XidCount(uuid, slot, code, count, last_at)


def _without_serial(seen: Observation) -> Observation:
    """Leave out the fact that the card itself now tells."""
    if BOARD_SERIAL not in seen.facts:
        return seen
    return replace(seen, facts={k: v for k, v in seen.facts.items() if k != BOARD_SERIAL})
