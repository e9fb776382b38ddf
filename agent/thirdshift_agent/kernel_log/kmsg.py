"""Follows `/dev/kmsg`, or a file or fifo of the same form, and lets a witness hear every line.

Where it stopped is known from the journal: every observation carries the boot and the sequence
number of its record, so there is no second file to keep in step. After a restart the ring is read
from its beginning; what the journal already has is only recalled.
"""

from __future__ import annotations

import errno
import logging
import os
import select
import time
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from thirdshift_agent.clock import Clock
from thirdshift_agent.kernel_log.records import LONGEST_LINE_BYTES, Lines, Record, parse_record
from thirdshift_agent.kernel_log.witness import Witness

log = logging.getLogger(__name__)

BOOT, RECORD = "boot_id", "kernel_record"
"""Facts: the boot, and the sequence number in it, of the record that was observed."""

_PATIENCE_SECONDS = 0.2
_REOPEN_SECONDS = 5.0

Read = Callable[[int, int], bytes]


class KernelLog:
    """One log, followed by one thread."""

    def __init__(
        self,
        path: Path,
        witness: Witness,
        clock: Clock,
        boot_id: str,
        known: Callable[[], Collection[int]],
        read: Read = os.read,
        uptime_seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """`known` gives the sequence numbers of this boot's records that were observed.

        Each stands for itself alone: a number may be wrong, and must not hide what follows it.
        """
        self._path, self._witness, self._clock = path, witness, clock
        self._boot_id, self._known = boot_id, known
        self._read, self._uptime_seconds = read, uptime_seconds
        self._problem: str | None = None

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
        known = self._known()
        for line in self._lines(descriptor, stop):
            if record := parse_record(line):
                self._hear(record, record.sequence in known)
            if stop.is_set():
                return

    def _hear(self, record: Record, is_known: bool) -> None:
        at = self._instant(record.microseconds)
        if is_known:
            self._witness.recall(record.text, at)
            return
        where = {BOOT: self._boot_id, RECORD: str(record.sequence)}
        self._witness.hear(record.text, at, where)

    def _lines(self, descriptor: int, stop: Event) -> Iterator[bytes]:
        lines, readable = Lines(), select.poll()
        readable.register(descriptor, select.POLLIN)
        while not stop.is_set():
            try:
                chunk = self._read(descriptor, LONGEST_LINE_BYTES)
            except BlockingIOError:
                readable.poll(_PATIENCE_SECONDS * 1000)
                continue
            except OSError as error:
                if error.errno != errno.EPIPE:
                    raise
                log.warning(
                    "kernel log overran: records were overwritten before they were read",
                    extra={"path": str(self._path)},
                )
                continue
            if not chunk:
                stop.wait(_PATIENCE_SECONDS)
            yield from lines.feed(chunk)

    def _instant(self, microseconds: int) -> datetime:
        now = self._clock.now()
        ago_seconds = max(0.0, self._uptime_seconds() - microseconds / 1e6)
        return now - timedelta(seconds=ago_seconds * self._clock.speed)

    def _note(self, error: OSError) -> None:
        reason = (
            f"kernel log {self._path} cannot be read: {error.strerror}; "
            "run the agent as root or give it CAP_SYSLOG, or name another file with --kmsg"
        )
        if reason != self._problem:
            log.error("kernel log cannot be read", extra={"reason": reason})
        self._problem = reason


def this_boot() -> str:
    """Return the kernel's id of this boot."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
