"""The node's numbered memory of what happened. An entry counts as taken once it is on disk.

Readers see only what is on disk: a number that they have read is never given to something else,
whatever crash comes next. While the disk takes nothing, entries wait in memory, `problems` names
them, and every later write tries them again.
"""

from __future__ import annotations

import logging
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Condition, Lock
from typing import Any
from uuid import uuid4

from thirdshift_agent.journal.segments import JournalError, Line, Segments
from thirdshift_agent.observation import Observation
from thirdshift_agent.wire import GpuIdentity, Signal, SignalKind, SignalSource

log = logging.getLogger(__name__)

GLANCE_SECONDS = 1.0
"""How often somebody who waits is asked whether he still does."""

GivenUp = Callable[[], bool]
"""Whether a reader waits no longer. Asked often: it must answer at once."""


@dataclass(frozen=True, slots=True)
class JournalState:
    """How full the journal is."""

    entries: int
    last_sequence: int
    waiting: int
    """Signals that the disk has not taken."""


class Journal:
    """Append, amend, read, wait. Safe from any thread; reading never waits for the disk."""

    def __init__(
        self, folder: Path, entries_per_segment: int = 2_000, segments_kept: int = 10
    ) -> None:
        """Read what is there. Raises `JournalError`. Nothing is written before the first entry."""
        self._disk = Segments(folder, entries_per_segment, segments_kept, uuid4().hex)
        self._writing = Lock()
        self._changed = Condition()
        self._taken: list[Signal] = []
        self._waiting: list[Signal] = []
        self._error: OSError | None = None
        self._closed = self._is_gathering = False
        for line in self._disk.load():
            self._take(_signal(line, folder))
        self._given = self.last_sequence

    @property
    def journal_id(self) -> str:
        """Drawn when the journal was created."""
        return self._disk.journal_id

    @property
    def last_sequence(self) -> int:
        """The number of the latest entry on disk; 0 before the first."""
        taken = self._taken
        return taken[-1].sequence if taken else 0

    def append(self, seen: Observation, card: GpuIdentity | None) -> Signal:
        """Give the observation its number and put it on disk, or keep it until the disk takes it.

        A card is identified by the caller; what the observation knows itself goes before it.
        """
        with self._writing:
            self._given += 1
            signal = _numbered(self._given, seen, card)
            self._write(signal)
        return signal

    def amend(self, signal: Signal) -> None:
        """Put a fuller version of an entry on disk in the place of the one with its number."""
        with self._writing:
            self._write(signal)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is appended and amended inside goes to disk when it ends, in one write.

        One caller at a time; what others write meanwhile goes with it.
        """
        with self._writing:
            self._is_gathering = True
        try:
            yield
        finally:
            with self._writing:
                self._is_gathering = False
                self._flush()

    def retry(self) -> None:
        """Try again what the disk did not take."""
        with self._writing:
            self._flush()

    def after(self, sequence: int, limit: int) -> tuple[Signal, ...]:
        """Return up to `limit` entries that follow `sequence`, oldest first."""
        with self._changed:
            start = bisect_right(self._taken, sequence, key=_sequence)
            return tuple(self._taken[start : start + limit])

    def wait(self, after: int, seconds: float, given_up: GivenUp = lambda: False) -> bool:
        """Wait until there is an entry after `after`; whether there is. `close` ends the wait.

        A reader that has given up is noticed within `GLANCE_SECONDS`.
        """
        end = time.monotonic() + seconds
        with self._changed:
            while not (self._closed or self.last_sequence > after or given_up()):
                if (left_seconds := end - time.monotonic()) <= 0:
                    break
                self._changed.wait(min(left_seconds, GLANCE_SECONDS))
            return self.last_sequence > after

    def state(self) -> JournalState:
        """How full it is."""
        return JournalState(len(self._taken), self.last_sequence, len(self._waiting))

    def problems(self) -> tuple[str, ...]:
        """Why the disk takes nothing and what waits for it, if so."""
        error, waiting = self._error, list(self._waiting)
        if error is None:
            return ()
        names = ", ".join(dict.fromkeys(signal.name for signal in waiting[:20]))
        return (
            f"journal {self._disk.folder} cannot be written: {error.strerror}; "
            f"{len(waiting)} signals wait in memory ({names}); make room or make it writable",
        )

    def close(self) -> None:
        """Wake whoever waits and let go of the file."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._writing.acquire(timeout=0.2):  # a disk that hangs must not hold up the end
            self._disk.close()
            self._writing.release()

    def _write(self, signal: Signal) -> None:
        self._waiting.append(signal)
        if not self._is_gathering:
            self._flush()

    def _flush(self) -> None:
        if not self._waiting or self._closed:
            return
        new = (each.sequence for each in self._waiting if each.sequence > self.last_sequence)
        try:
            lines = [_line(signal) for signal in self._waiting]
            self._disk.append(next(new, 0), lines)
        except OSError as error:
            if self._error is None:
                log.error("journal cannot be written", extra={"reason": str(error)})
            self._error = error
            return
        with self._changed:
            for signal in self._waiting:
                self._take(signal)
            self._drop_old()
            self._changed.notify_all()
        self._waiting, self._error = [], None

    def _take(self, signal: Signal) -> None:
        if signal.sequence > self.last_sequence:
            self._taken.append(signal)
            return
        place = bisect_left(self._taken, signal.sequence, key=_sequence)
        if self._taken[place].sequence == signal.sequence:
            self._taken[place] = signal

    def _drop_old(self) -> None:
        del self._taken[: bisect_left(self._taken, self._disk.first_sequence, key=_sequence)]


def _sequence(signal: Signal) -> int:
    return signal.sequence


def _numbered(sequence: int, seen: Observation, card: GpuIdentity | None) -> Signal:
    signal = Signal(
        sequence=sequence,
        at=seen.at,
        kind=seen.kind,
        code=seen.code,
        source=seen.source,
        message=seen.message,
        gpu_uuid=seen.gpu_uuid,
        pci_address=seen.pci_address,
        facts=dict(seen.facts),
    )
    if card is None:
        return signal
    return replace(
        signal,
        gpu_uuid=seen.gpu_uuid or card.uuid,
        gpu_serial=card.serial,
        gpu_slot=card.slot,
        pci_address=seen.pci_address or card.pci_address,
    )


def _line(signal: Signal) -> dict[str, Any]:
    line = {key: value for key, value in asdict(signal).items() if value is not None}
    return {**line, "at": signal.at.isoformat()}


def _signal(line: Line, folder: Path) -> Signal:
    try:
        return Signal(
            **{
                **line,
                "at": datetime.fromisoformat(line["at"]),
                "kind": SignalKind(line["kind"]),
                "source": SignalSource(line["source"]),
            }
        )
    except (KeyError, TypeError, ValueError) as error:
        raise JournalError(
            f"the journal in {folder} holds an entry that this version does not know ({error}); "
            "run the version that wrote it, or move the folder away to begin a new one"
        ) from error
