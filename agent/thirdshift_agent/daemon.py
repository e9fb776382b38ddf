"""Runs one agent on its node: a thread for each thing that can block.

None of them can hold up the end; one that meets an error nobody thought of begins again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from thirdshift_agent.agent import Agent
from thirdshift_agent.page.textfile import TextFile
from thirdshift_agent.watch.events import watch_events

log = logging.getLogger(__name__)

Chore = Callable[[Event], None]
"""Works until the event is set."""

FIRST_SAMPLE_SECONDS = 15.0
JOURNAL_RETRY_SECONDS = 5.0
PARTING_SECONDS = 0.3


class Daemon:
    """Starts and stops the threads of one agent."""

    def __init__(self, agent: Agent, text_file: TextFile | None = None) -> None:
        """`text_file` is written after each sample."""
        self._agent, self._text_file = agent, text_file
        self._stop, self._sampled = Event(), Event()
        watching = (self._sample, self._watch_events, self._follow_log)
        around = agent.surroundings
        chores = [*watching, self._tend_journal, self._write_text_file]
        chores += [around.watch_host, around.watch_users] if around else []
        self._threads = [
            Thread(target=self._supervise, args=(chore,), name=chore.__name__, daemon=True)
            for chore in chores
        ]

    def start(self) -> None:
        """Start every thread."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End within a second. What hangs in a driver call is left to the end of the process."""
        self._stop.set()
        self._sampled.set()
        _join(self._threads)
        self._agent.journal.close()
        closing = Thread(target=self._agent.driver.close, name="close driver", daemon=True)
        closing.start()
        _join([closing])

    def _supervise(self, chore: Chore) -> None:
        while not self._stop.is_set():
            try:
                chore(self._stop)
                return
            except Exception:
                log.exception("thread failed and begins again", extra={"chore": chore.__name__})
                self._stop.wait(1.0)

    def _sample(self, stop: Event) -> None:
        self._agent.sampler.run(self._agent.settings.interval_seconds, stop, self._turn)

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        with self._agent.maintenance.turn() as on_duty:
            yield on_duty
        self._agent.pages.prepare()
        self._sampled.set()

    def _watch_events(self, stop: Event) -> None:
        agent = self._agent
        observe, turn = agent.recorder.observe, agent.maintenance.turn
        watch_events(agent.driver, agent.settings.clock, observe, stop, turn)

    def _follow_log(self, stop: Event) -> None:
        """Begin once it is known which card sits where, so that the first lines find theirs."""
        end = time.monotonic() + FIRST_SAMPLE_SECONDS
        while self._agent.sampler.latest() is None and time.monotonic() < end:
            if stop.wait(0.05):
                return
        if self._agent.kernel_log is not None:
            self._agent.kernel_log.follow(stop)

    def _tend_journal(self, stop: Event) -> None:
        agent = self._agent
        while not stop.wait(JOURNAL_RETRY_SECONDS):
            agent.recorder.tend(agent.settings.clock.now())
        agent.recorder.settle()

    def _write_text_file(self, stop: Event) -> None:
        """On a thread of its own: a disk that hangs holds up no sample."""
        if (file := self._text_file) is None:
            return
        while self._sampled.wait():
            self._sampled.clear()
            if stop.is_set():
                break
            file.write(self._agent.metrics("").body)
        file.remove()


def _join(threads: list[Thread]) -> None:
    end = time.monotonic() + PARTING_SECONDS
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
