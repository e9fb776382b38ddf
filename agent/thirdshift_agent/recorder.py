"""Where all sightings of a node come together: who is it, is it known already, into the journal.

The driver reports one happening twice, as an NVML event and as a line in the kernel's log. Two
sightings are one when they are of the same name and card, from different sources and close in time;
the journal's entry then gets the kernel's words, and says who else saw it. That mark is on disk
too, so a restart between the two sightings changes nothing.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import timedelta
from threading import Lock

from thirdshift_agent.identity import IdentityBook
from thirdshift_agent.journal import Journal
from thirdshift_agent.kernel_log.kmsg import BOOT, RECORD
from thirdshift_agent.kernel_log.witness import BOARD_SERIAL
from thirdshift_agent.metrics import XidCount
from thirdshift_agent.observation import Observation
from thirdshift_agent.wire import GpuIdentity, Signal, SignalKind, SignalSource

ALSO_SEEN_BY = "also_seen_by"
"""Fact: the second source of the same happening."""

_TAIL = 256


class Recorder:
    """The agent's `Observe`. Safe from any thread."""

    def __init__(self, journal: Journal, book: IdentityBook, window: timedelta) -> None:
        """`window` is how far apart, by the clock, two sightings of one happening may be."""
        self._journal, self._book, self._window = journal, book, window
        self._lock = Lock()
        known = journal.after(0, journal.last_sequence)
        self._recent: deque[Signal] = deque(known, maxlen=_TAIL)
        self._counts: dict[tuple[str | None, int | None, str], XidCount] = {}
        for signal in known:
            self._count(signal)

    def observe(self, seen: Observation) -> None:
        """Put the sighting on disk, as a new signal or as more of one that is known."""
        with self._lock:
            card = self._card(seen)
            known = self._known(seen, card)
            if known is not None:
                self._confirm(known, seen)
                return
            signal = self._journal.append(_without_serial(seen) if card else seen, card)
            self._recent.append(signal)
            self._count(signal)

    def xid_counts(self) -> tuple[XidCount, ...]:
        """How often each XID came to each GPU since the journal's first entry."""
        return tuple(self._counts.copy().values())

    def kernel_records(self, boot_id: str) -> frozenset[int]:
        """The sequences of this boot's kernel records that were observed."""
        with self._lock:  # the journal may still wait for the disk to take the recent ones
            entries = (*self._journal.after(0, self._journal.last_sequence), *self._recent)
        return frozenset(
            int(entry.facts[RECORD])
            for entry in entries
            if entry.facts.get(BOOT) == boot_id and RECORD in entry.facts
        )

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
        for signal in self._recent:
            if (
                (signal.kind, signal.code) == (seen.kind, seen.code)
                and seen.source is not signal.source
                and ALSO_SEEN_BY not in signal.facts
                and abs(signal.at - seen.at) <= self._window
                and (signal.pci_address == address or (uuid and signal.gpu_uuid == uuid))
            ):
                return signal
        return None

    def _confirm(self, known: Signal, seen: Observation) -> None:
        words = seen if seen.source is SignalSource.KERNEL_LOG else known
        fuller = replace(
            known,
            message=words.message,
            facts={**_without_serial(seen).facts, **known.facts, ALSO_SEEN_BY: seen.source.value},
        )
        self._journal.amend(fuller)
        self._recent[self._recent.index(known)] = fuller

    def _count(self, signal: Signal) -> None:
        if signal.kind is not SignalKind.XID:
            return
        key = (signal.gpu_uuid, signal.gpu_slot, signal.code)
        before = self._counts.get(key)
        self._counts[key] = XidCount(
            uuid=signal.gpu_uuid,
            slot=signal.gpu_slot,
            code=signal.code,
            count=before.count + 1 if before else 1,
            last_at=max(before.last_at, signal.at) if before else signal.at,
        )


def _without_serial(seen: Observation) -> Observation:
    """Leave out the fact that the card itself now tells."""
    return replace(seen, facts={k: v for k, v in seen.facts.items() if k != BOARD_SERIAL})
