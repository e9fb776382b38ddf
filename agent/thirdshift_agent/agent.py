"""One node's agent: its parts, assembled, and what it says to those who ask. No thread of its own.

`daemon.py` runs one with threads on a real node, `room.py` runs hundreds of simulated ones.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore

from thirdshift_agent import node_page
from thirdshift_agent.clock import Clock
from thirdshift_agent.collectors.host.collector import Roots
from thirdshift_agent.gpu import Driver
from thirdshift_agent.identity import IdentityBook
from thirdshift_agent.journal import GivenUp, Journal
from thirdshift_agent.kept_file import KeptFile
from thirdshift_agent.kernel_log.kmsg import KernelLog, this_boot
from thirdshift_agent.kernel_log.witness import Witness
from thirdshift_agent.maintenance import Maintenance
from thirdshift_agent.page import Page
from thirdshift_agent.prepared import PreparedPages
from thirdshift_agent.published import published
from thirdshift_agent.reading import Reader
from thirdshift_agent.recorder import Recorder
from thirdshift_agent.routes import Health
from thirdshift_agent.sample import Sample
from thirdshift_agent.sampler import Sampler, Watches
from thirdshift_agent.surroundings import Surroundings
from thirdshift_agent.version import VERSION
from thirdshift_agent.watch import gpu_rules
from thirdshift_agent.watch.presence import PresenceWatch
from thirdshift_agent.watch.rules import RuleWatch
from thirdshift_agent.wire import GpuPresence, Released, Report, Snapshot

SIGNALS_PER_REPORT = 1000
MOST_WAITS = 16
"""How many readers may wait at once: each keeps one of the server's connections."""
SAME_HAPPENING_SECONDS = 5.0
"""How far apart, by the wall, an NVML event and its line in the kernel's log may be."""

Problems = Callable[[], tuple[str, ...]]
"""What is wrong with a part of the agent now, one sentence each."""

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
    uptime_seconds: Callable[[], float] = time.monotonic
    """Since the node's boot."""
    roots: Roots | None = None
    """Where the rest of the node is read; None for a node that is not there."""
    dcgm_names: bool = False
    """Whether the page also says everything in the names of NVIDIA's dcgm-exporter."""

    @property
    def booted_at(self) -> datetime:
        """When the node was booted."""
        return self.clock.now() - timedelta(seconds=self.uptime_seconds() * self.clock.speed)

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
        self.reader = reader
        self.sampler = Sampler(
            self.driver, clock, book, reader, self._watches(), settings.gpus_expected
        )
        kept = KeptFile(settings.state / "maintenance.json")
        self.maintenance = Maintenance(clock, kept, self.driver.close, self._hang)
        self._others: list[Problems] = []
        self.surroundings: Surroundings | None = None
        if settings.roots is not None:
            self.surroundings = self._surroundings(settings.roots)
            self.heed(self.surroundings.problems)
            self.recorder.ask_whose(self.surroundings.workload)
        self.pages = PreparedPages(
            partial(node_page.fresh, self), partial(node_page.steady, self), self._seen
        )
        self.kernel_log: KernelLog | None = None
        if settings.kernel_log is not None:
            known = partial(self.recorder.kernel_records, self.boot_id)
            ears = Witness(self.recorder.observe_all)
            self.kernel_log = KernelLog(settings.kernel_log, ears, clock, self.boot_id, known)

    def heed(self, problems: Problems) -> None:
        """Tell of these problems too, whenever the agent is asked how it is."""
        self._others.append(problems)

    def metrics(self, accept: str) -> Page:
        """The page for Prometheus, in the best format that `accept` has.

        While the driver is released it tells of no GPU: what is not read has no value.
        """
        return self.pages.page(accept)

    def sample(self) -> Sample | None:
        """The latest, with what the agent suffers from itself; None while it is released."""
        return None if self.maintenance.released() else self._sample()

    def report(self, after: int, wait_seconds: float, given_up: GivenUp) -> Report | None:
        """Snapshot and signals after a sequence; waits up to `wait_seconds` for the first one.

        Nobody waits where `MOST_WAITS` do already, nor much longer than until he has given up.
        `None` where nothing has been read since the start or since the driver was last released:
        an empty snapshot would say that the GPUs are gone, an old one that they are as they were.
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
            agent_version=VERSION,
            boot_id=self.boot_id,
            sent_at=self.settings.clock.now(),
            journal_id=self.journal.journal_id,
            last_sequence=self.journal.last_sequence,
            snapshot=snapshot,
            signals=signals,
        )

    def health(self) -> Health:
        """Whether what is served can be relied on."""
        sample = self.sampler.latest()
        released = self.maintenance.released()
        sight = () if released else (*self._staleness(sample), *_blindness(sample))
        failing = (*sight, *self.journal.problems())
        sampled = sample.problems if sample else ()
        problems = (*sampled, *self._own_problems(), *self.maintenance.problems())
        return Health(failing, tuple(dict.fromkeys(problems)))

    def _watches(self) -> Watches:
        observe, state = self.recorder.observe, self.settings.state
        return Watches(
            PresenceWatch(observe, KeptFile(state / "told.json")),
            RuleWatch(
                gpu_rules.RULES,
                observe,
                KeptFile(state / "rules.json"),
                self.settings.uptime_seconds,
            ),
        )

    def _surroundings(self, roots: Roots) -> Surroundings:
        return Surroundings(
            self.settings.clock,
            self.recorder.observe,
            KeptFile(self.settings.state / "host-rules.json"),
            self.settings.uptime_seconds,
            self.sampler.latest,
            roots,
        )

    def _snapshot(self) -> Snapshot | None:
        sample, release = self._sample(), self.maintenance.released()
        if release is not None:
            last = sample or Sample(release.since_at, None, (), self._own_problems())
            released = Released(release.reason, release.until_at)
            return replace(published(last), released=released)
        ended_at = self.maintenance.ended_at()
        if sample is None or (ended_at is not None and sample.taken_at < ended_at):
            return None
        return published(sample)

    def _sample(self) -> Sample | None:
        """The latest, with what the agent itself suffers from among its problems."""
        sample = self.sampler.latest()
        if sample is None:
            return None
        return replace(sample, problems=sample.problems + self._own_problems())

    def _seen(self) -> Sample | None:
        return None if self.maintenance.released() else self.sampler.latest()

    def _own_problems(self) -> tuple[str, ...]:
        log = self.kernel_log
        others = tuple(problem for told in self._others for problem in told())
        return self.journal.problems() + (log.problems() if log else ()) + others

    def _hang(self) -> str | None:
        """The driver call that the last sample found hanging."""
        sample = self.sampler.latest()
        for gpu in sample.gpus if sample else ():
            if gpu.hung_call is not None:
                seconds = gpu.hung_seconds or 0.0
                return (
                    f"GPU {gpu.identity.slot}: {gpu.hung_call} has not returned for {seconds:.0f} s"
                )
        return None

    def _staleness(self, sample: Sample | None) -> tuple[str, ...]:
        if sample is None:
            return ("nothing has been read from the driver since the agent started",)
        clock = self.settings.clock
        since = max(sample.taken_at, self.maintenance.ended_at() or sample.taken_at)
        age_seconds = (clock.now() - since).total_seconds() / clock.speed
        if age_seconds < self.settings.stale_seconds:
            return ()
        return (f"the last sample is {age_seconds:.0f} s old: the sampler does not come through",)


def _blindness(sample: Sample | None) -> tuple[str, ...]:
    seen = sample.gpus if sample else ()
    if sample is None or any(gpu.presence is GpuPresence.PRESENT for gpu in seen):
        return ()
    return sample.problems
