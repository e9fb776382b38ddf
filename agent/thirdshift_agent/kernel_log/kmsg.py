"""Follows `/dev/kmsg`, or a file or fifo of the same form, and lets a witness hear every line.

Where it stopped is known from the journal: every observation carries the boot and the sequence
number of its record, so there is no second file to keep in step. After a restart the ring is read
from its beginning; of what the journal has already, only who is who is learnt again.
"""

from __future__ import annotations

import errno
import logging
import os
import select
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum, auto
from pathlib import Path
from threading import Event

from thirdshift_agent.clock import Clock
from thirdshift_agent.kernel_log.known import BOOT, RECORD, KnownRecords
from thirdshift_agent.kernel_log.lines import is_of_interest
from thirdshift_agent.kernel_log.records import Lines, Record, parse_record
from thirdshift_agent.kernel_log.witness import SETTLE_SECONDS, Witness
from thirdshift_agent.observation import RULE, Observation
from thirdshift_agent.wire import SignalKind, SignalSource

log = logging.getLogger(__name__)

CHUNK_BYTES = 65536
"""More than the kernel's longest record: a smaller read would fail."""
MOST_READS, MOST_BYTES = 512, 1 << 18
"""How much is read, one record at a time where the kernel answers, before it is handed over."""

_PATIENCE_SECONDS = 0.2
_REST_SECONDS = 0.02
"""How often a file that is read to its end is looked at again; nothing tells when it grows."""
_REOPEN_SECONDS = 5.0
_PERMIT = "run the agent as root or give it CAP_SYSLOG, or "

Read = Callable[[int, int], bytes]


class _End(Enum):
    """Why reading stopped."""

    MORE = auto()
    """There may be more, but what was read is to be heard first."""
    EMPTY = auto()
    FILE_END = auto()
    OVERRUN = auto()


class KernelLog:
    """One log, followed by one thread."""

    def __init__(
        self,
        path: Path,
        witness: Witness,
        clock: Clock,
        boot_id: str,
        known: Callable[[], KnownRecords],
        read: Read = os.read,
        uptime_seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """`known` gives this boot's records that were observed."""
        self._path, self._witness, self._clock = path, witness, clock
        self._boot_id, self._known = boot_id, known
        self._read, self._uptime_seconds = read, uptime_seconds
        self._problem: str | None = None
        self._last: int | None = None
        self._overran = False
        self._at_end: float | None = None

    def problems(self) -> tuple[str, ...]:
        """Why the log cannot be read, if it cannot."""
        return (self._problem,) if self._problem else ()

    def follow(self, stop: Event) -> None:
        """Follow the log until `stop`; a log that cannot be opened is tried again."""
        while not stop.is_set():
            try:
                descriptor = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
                try:
                    self._problem = None
                    self._hear_all(descriptor, stop)
                finally:
                    os.close(descriptor)
            except OSError as error:
                self._note(error)
                stop.wait(_REOPEN_SECONDS)

    def _hear_all(self, descriptor: int, stop: Event) -> None:
        known, lines, readable = self._known(), Lines(), select.poll()
        readable.register(descriptor, select.POLLIN)
        self._last, self._overran, self._at_end = None, False, None
        while not stop.is_set():
            asked = self._uptime_seconds()
            data, end = self._read_some(descriptor)
            for line in lines.feed(data):
                if record := parse_record(line):
                    self._hear(record)
            self._witness.hand_over(known)
            if end in (_End.EMPTY, _End.FILE_END):
                self._at_end = asked
            if end is _End.OVERRUN:
                self._note_overrun()
            elif end is _End.FILE_END:
                stop.wait(_REST_SECONDS)
            elif end is _End.EMPTY:
                patience = SETTLE_SECONDS if self._witness.undecided else _PATIENCE_SECONDS
                readable.poll(patience * 1000)

    def _read_some(self, descriptor: int) -> tuple[bytes, _End]:
        """What can be read at once, and why no more of it."""
        chunks: list[bytes] = []
        size = 0
        while len(chunks) < MOST_READS and size < MOST_BYTES:
            try:
                chunk = self._read(descriptor, CHUNK_BYTES)
            except BlockingIOError:
                return b"".join(chunks), _End.EMPTY
            except OSError as error:
                if error.errno != errno.EPIPE:
                    raise
                return b"".join(chunks), _End.OVERRUN
            if not chunk:
                return b"".join(chunks), _End.FILE_END
            chunks.append(chunk)
            size += len(chunk)
        return b"".join(chunks), _End.MORE

    def _hear(self, record: Record) -> None:
        if self._overran:
            self._observe_overrun(record)
        self._last = record.sequence
        if not is_of_interest(record.text):
            return
        where = {BOOT: self._boot_id, RECORD: str(record.sequence)}
        moment = record.microseconds / 1e6
        self._witness.listen(record.text, self._instant(moment), moment, where)

    def _note_overrun(self) -> None:
        self._overran = True
        log.warning(
            "kernel log overran: records were overwritten before they were read",
            extra={"path": str(self._path)},
        )

    def _observe_overrun(self, record: Record) -> None:
        """Say what is missing before the first record that was read again."""
        self._overran = False
        lost = record.sequence - self._last - 1 if self._last is not None else 0
        number = f"{lost} records" if lost > 0 else "records"
        seen = Observation(
            at=self._clock.now(),
            kind=SignalKind.KERNEL,
            code="log_overrun",
            source=SignalSource.KERNEL_LOG,
            message=f"kernel log overran: {number} were overwritten before they were read",
            facts={
                RULE: "kernel:log_overrun",
                BOOT: self._boot_id,
                **({"lost_records": str(lost)} if lost > 0 else {}),
            },
        )
        self._witness.note(seen)

    def _instant(self, moment: float) -> datetime:
        """When the record was written: by its own stamp, but after the log was last read empty.

        The stamp's clock is not set right by anybody: in a month it goes wrong by a minute.
        """
        now, uptime_seconds = self._clock.now(), self._uptime_seconds()
        ago_seconds = max(0.0, uptime_seconds - moment)
        if self._at_end is not None:
            ago_seconds = min(ago_seconds, uptime_seconds - self._at_end)
        return now - timedelta(seconds=ago_seconds * self._clock.speed)

    def _note(self, error: OSError) -> None:
        permit = "" if isinstance(error, FileNotFoundError) else _PERMIT
        reason = (
            f"kernel log {self._path} cannot be read: {error.strerror}; "
            f"{permit}name another file with --kmsg"
        )
        if reason != self._problem:
            log.error("kernel log cannot be read", extra={"reason": reason})
        self._problem = reason


def this_boot() -> str:
    """Return the kernel's id of this boot."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
