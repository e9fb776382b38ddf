"""One node's agent: its parts, assembled, and what it says to those who ask. No thread of its own.

`daemon.py` runs one with threads on a real node, `room.py` runs hundreds of simulated ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from threading import BoundedSemaphore

from thirdshift_agent.checks.last import last_check
from thirdshift_agent.collectors.host import ALL
from thirdshift_agent.collectors.host.collector import Roots
from thirdshift_agent.gpu import Driver
from thirdshift_agent.health import failings
from thirdshift_agent.journal.journal import GivenUp, Journal
from thirdshift_agent.journal.recorder import Recorder
from thirdshift_agent.kept_file import KeptFile
from thirdshift_agent.kernel_log.kmsg import KernelLog, this_boot
from thirdshift_agent.kernel_log.witness import Witness
from thirdshift_agent.page.pages import Page
from thirdshift_agent.page.prepared import PreparedPages
from thirdshift_agent.page.sections import fresh, steady
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.sampling.maintenance import Maintenance
from thirdshift_agent.sampling.published import published
from thirdshift_agent.sampling.reading import Reader
from thirdshift_agent.sampling.sample import Sample
from thirdshift_agent.sampling.sampler import Sampler, Watches
from thirdshift_agent.serving.routes import Health
from thirdshift_agent.settings import Settings
from thirdshift_agent.surroundings import Surroundings
from thirdshift_agent.version import VERSION
from thirdshift_agent.watch import gpu_rules
from thirdshift_agent.watch.presence import PresenceWatch
from thirdshift_agent.watch.rules import RuleWatch
from thirdshift_agent.wire import GpuPresence, Released, Report, Snapshot

SIGNALS_PER_REPORT = 1000
MOST_WAITS = 16
"""How many readers may wait at once: each keeps one of the server's connections."""
NOTICED_SECONDS = 1.0
"""A call that is out for less is on its way."""
SAME_HAPPENING_SECONDS = 5.0
"""How far apart, by the wall, an NVML event and its line in the kernel's log may be."""

Problems = Callable[[], tuple[str, ...]]
"""What is wrong with a part of the agent now, one sentence each."""

OpenDriver = Callable[[Callable[[str], None]], Driver]
"""Opens a driver. It may be told where to put kernel-log lines, for one that writes its own."""


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
        self.maintenance = Maintenance(clock, kept, self._let_go, self._hang)
        self._others: list[Problems] = []
        self.surroundings: Surroundings | None = None
        if settings.roots is not None:
            self.surroundings = self._surroundings(settings.roots)
            self.heed(self.surroundings.problems)
            self.recorder.ask_whose(self.surroundings.workload)
        self.pages = PreparedPages(partial(fresh, self), partial(steady, self), self._seen)
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
        sampled = sample.problems if sample else ()
        problems = (*sampled, *self._own_problems(), *self.maintenance.problems())
        failing = (*failings(sample, self.maintenance, self.settings), *self.journal.problems())
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
        check = self.settings.last_check
        return Surroundings(
            self.settings.clock,
            self.recorder.observe,
            KeptFile(self.settings.state / "host-rules.json"),
            self.settings.uptime_seconds,
            self.sampler.latest,
            roots,
            (*ALL, last_check(check)) if check else ALL,
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
        """The latest, with the node around it, and what the agent itself suffers from."""
        sample = self.sampler.latest()
        if sample is None:
            return None
        around = self.surroundings.standing() if self.surroundings else ()
        return replace(
            sample,
            problems=sample.problems + self._own_problems(),
            standing=(*(sample.standing or ()), *around),
        )

    def _seen(self) -> Sample | None:
        return None if self.maintenance.released() else self.sampler.latest()

    def _own_problems(self) -> tuple[str, ...]:
        log = self.kernel_log
        others = tuple(problem for told in self._others for problem in told())
        return self.journal.problems() + (log.problems() if log else ()) + others

    def _let_go(self) -> bool:
        self.sampler.forget()
        return self.driver.close()

    def _hang(self) -> str | None:
        """The driver call that the last sample found hanging."""
        sample = self.sampler.latest()
        for gpu in sample.gpus if sample else ():
            slot, call, seconds = gpu.identity.slot, gpu.hung_call, gpu.hung_seconds or 0.0
            if gpu.presence is GpuPresence.HUNG or seconds >= NOTICED_SECONDS:
                return f"GPU {slot}: {call} has not returned for {seconds:.0f} s"
        return None
