"""One node's agent: its parts, assembled, and what it says to those who ask. No thread of its own.

`daemon.py` runs one with threads on a real node, `room.py` runs hundreds of simulated ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from threading import BoundedSemaphore

from thirdshift_agent.clock import Clock
from thirdshift_agent.gpu import Driver
from thirdshift_agent.identity import IdentityBook
from thirdshift_agent.journal import GivenUp, Journal
from thirdshift_agent.kept_file import KeptFile
from thirdshift_agent.kernel_log.kmsg import KernelLog, this_boot
from thirdshift_agent.kernel_log.witness import Witness
from thirdshift_agent.metrics import render
from thirdshift_agent.reading import Reader
from thirdshift_agent.recorder import Recorder
from thirdshift_agent.routes import Health
from thirdshift_agent.sampler import Sampler
from thirdshift_agent.wire import GpuPresence, Report, Snapshot

SIGNALS_PER_REPORT = 1000
MOST_WAITS = 16
"""How many readers may wait at once: each keeps one of the server's connections."""
SAME_HAPPENING_SECONDS = 5.0
"""How far apart, by the wall, an NVML event and its line in the kernel's log may be."""

_VERSION = version("thirdshift")

OpenDriver = Callable[[Callable[[str], None]], Driver]
"""Opens a driver. It may be told where to put kernel-log lines, for one that writes its own."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What makes one node's agent different from another's."""

    node: str
    state: Path
    clock: Clock
    interval_seconds: float
    gpus_expected: int | None = None
    kernel_log: Path | None = None

    @property
    def stale_seconds(self) -> float:
        """The age, in seconds of the wall, at which a snapshot is no longer the present."""
        return 3 * self.interval_seconds + 5


class Agent:
    """What a node knows. Every answer comes from memory; none waits for the driver or the disk."""

    def __init__(
        self, settings: Settings, book: IdentityBook, open_driver: OpenDriver, reader: Reader
    ) -> None:
        """Take up the journal where it ended. Raises `JournalError`."""
        self.settings, clock = settings, settings.clock
        self.boot_id = this_boot()
        self._waits = BoundedSemaphore(MOST_WAITS)
        self.journal = Journal(settings.state / "journal")
        window = timedelta(seconds=SAME_HAPPENING_SECONDS * clock.speed)
        self.recorder = Recorder(self.journal, book, window)
        witness = Witness(self.recorder.observe_all)
        self.driver = open_driver(lambda line: witness.hear(line, clock.now()))
        observe, expected = self.recorder.observe, settings.gpus_expected
        told = KeptFile(settings.state / "told.json")
        self.sampler = Sampler(self.driver, clock, book, observe, reader, expected, told)
        self.kernel_log: KernelLog | None = None
        if settings.kernel_log is not None:
            known = partial(self.recorder.kernel_records, self.boot_id)
            ears = Witness(self.recorder.observe_all)
            self.kernel_log = KernelLog(settings.kernel_log, ears, clock, self.boot_id, known)

    def metrics(self) -> bytes:
        """The page for Prometheus."""
        now = self.settings.clock.now()
        return render(self._snapshot(), self.recorder.xid_counts(), now)

    def report(self, after: int, wait_seconds: float, given_up: GivenUp) -> Report | None:
        """Snapshot and signals after a sequence; waits up to `wait_seconds` for the first one.

        Nobody waits where `MOST_WAITS` do already, nor much longer than until he has given up.
        `None` before the first snapshot: an empty one would say that the GPUs are gone.
        """
        if wait_seconds and self._waits.acquire(blocking=False):
            try:
                self.journal.wait(after, wait_seconds, given_up)
            finally:
                self._waits.release()
        if (snapshot := self._snapshot()) is None:
            return None
        signals = self.journal.after(after, SIGNALS_PER_REPORT)
        return Report(
            node=self.settings.node,
            agent_version=_VERSION,
            boot_id=self.boot_id,
            sent_at=self.settings.clock.now(),
            journal_id=self.journal.journal_id,
            last_sequence=self.journal.last_sequence,
            snapshot=snapshot,
            signals=signals,
        )

    def health(self) -> Health:
        """Whether what is served can be relied on."""
        snapshot = self.sampler.latest()
        failing = (*self._staleness(snapshot), *_blindness(snapshot), *self.journal.problems())
        problems = (*(snapshot.problems if snapshot else ()), *self._own_problems())
        return Health(failing, tuple(dict.fromkeys(problems)))

    def _snapshot(self) -> Snapshot | None:
        """The latest, with what the agent itself suffers from among its problems."""
        snapshot = self.sampler.latest()
        if snapshot is None:
            return None
        return replace(snapshot, problems=snapshot.problems + self._own_problems())

    def _own_problems(self) -> tuple[str, ...]:
        log = self.kernel_log
        return self.journal.problems() + (log.problems() if log else ())

    def _staleness(self, snapshot: Snapshot | None) -> tuple[str, ...]:
        if snapshot is None:
            return ("nothing has been read from the driver since the agent started",)
        clock = self.settings.clock
        age_seconds = (clock.now() - snapshot.taken_at).total_seconds() / clock.speed
        if age_seconds < self.settings.stale_seconds:
            return ()
        return (f"the last snapshot is {age_seconds:.0f} s old: the sampler does not come through",)


def _blindness(snapshot: Snapshot | None) -> tuple[str, ...]:
    seen = snapshot.gpus if snapshot else ()
    if snapshot is None or any(gpu.presence is GpuPresence.PRESENT for gpu in seen):
        return ()
    return snapshot.problems
