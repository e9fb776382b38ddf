"""Runs one agent on its node: a thread for each thing that can block.

None of them can hold up the end; one that meets an error nobody thought of begins again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Event, Thread

from thirdshift_agent.agent import Agent
from thirdshift_agent.event_watch import watch_events

log = logging.getLogger(__name__)

Chore = Callable[[Event], None]
"""Works until the event is set."""

FIRST_SNAPSHOT_SECONDS = 15.0
JOURNAL_RETRY_SECONDS = 5.0
PARTING_SECONDS = 0.3


class Daemon:
    """Starts and stops the threads of one agent."""

    def __init__(self, agent: Agent) -> None:
        self._agent, self._stop = agent, Event()
        chores = (self._sample, self._watch_events, self._follow_log, self._tend_journal)
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
        self._agent.sampler.run(self._agent.settings.interval_seconds, stop)

    def _watch_events(self, stop: Event) -> None:
        agent = self._agent
        watch_events(agent.driver, agent.settings.clock, agent.recorder.observe, stop)

    def _follow_log(self, stop: Event) -> None:
        """Begin once it is known which card sits where, so that the first lines find theirs."""
        end = time.monotonic() + FIRST_SNAPSHOT_SECONDS
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


def _join(threads: list[Thread]) -> None:
    end = time.monotonic() + PARTING_SECONDS
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
