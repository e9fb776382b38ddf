"""Programs: started, bounded in time and output, ended with everything that they started.

The one module of the agent that executes anything.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

Command = Sequence[str]

OUTPUT_BYTES = 4 * 1024**2
COMPLAINT_BYTES = 64 * 1024
GRACE_SECONDS = 5.0
"""Between being asked to end and being made to: a GPU dislikes a program killed in its midst."""
LOOK_SECONDS = 0.1
_LINES_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of one program."""

    output: str
    complaint: str
    """What it wrote to stderr."""
    exit_code: int | None
    """None where it did not end by itself."""
    seconds: float
    reason: str | None = None
    """Why it did not end by itself, or cannot be trusted in what it said."""

    @property
    def last_words(self) -> str:
        """The last line that it wrote, to show to a person."""
        lines = [line.strip() for line in (self.output + "\n" + self.complaint).splitlines()]
        return next((line for line in reversed(lines) if line), "nothing")[:_LINES_SHOWN]


def run_together(
    commands: Sequence[Command],
    limit_seconds: float,
    environment: Mapping[str, str],
    tick: Callable[[], None] = lambda: None,
) -> tuple[Ran, ...]:
    """Run programs at the same time; return when all have ended or `limit_seconds` are over.

    Whatever interrupts the wait, a signal's handler too, ends the programs first. `tick` is called
    several times a second.
    """
    started, jobs = time.monotonic(), list[_Job]()
    with selectors.DefaultSelector() as selector:
        try:
            jobs += (_Job(command, environment, selector) for command in commands)
            while any(job.runs for job in jobs):
                if time.monotonic() - started > limit_seconds:
                    _end(jobs, selector, f"did not end within {limit_seconds:.0f} s")
                    break
                _listen(jobs, selector)
                tick()
        finally:
            _end(jobs, selector, "was stopped")
            for job in jobs:
                job.close()
        return tuple(job.ran() for job in jobs)


class _Job:
    """One program and what it has said so far."""

    def __init__(
        self, command: Command, environment: Mapping[str, str], selector: selectors.BaseSelector
    ) -> None:
        self._started = self._ended = time.monotonic()
        self._said = {"output": bytearray(), "complaint": bytearray()}
        self._overflowed = False
        self.reason: str | None = None
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            self.reason = f"cannot be started: {error.strerror}"
        self.runs = self._process is not None
        for key, pipe in self._pipes():
            os.set_blocking(pipe.fileno(), False)
            selector.register(pipe, selectors.EVENT_READ, (self, key))

    def hear(self, pipe: IO[bytes], key: str) -> bool:
        """Take what the pipe holds; False at its end."""
        heard = pipe.read(65536)
        if heard:
            said, most = self._said[key], OUTPUT_BYTES if key == "output" else COMPLAINT_BYTES
            self._overflowed |= key == "output" and len(said) + len(heard) > most
            said += heard[: most - len(said)]
        return heard != b""

    def look(self) -> None:
        """Notice an end. The rest of its group ends with it; until then its number stays taken."""
        process = self._process
        if process is None or not self.runs:
            return
        if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            self.tell(signal.SIGKILL)
            process.wait()
            self.runs, self._ended = False, time.monotonic()

    def tell(self, number: signal.Signals) -> None:
        """Send a signal to the program and all that it started."""
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def give_up(self) -> None:
        """Leave a program that not even SIGKILL ends: it hangs in the kernel."""
        if self.runs:
            self.runs, self._ended = False, time.monotonic()
            self.reason = f"{self.reason} and cannot be killed: it hangs in the kernel"

    def ran(self) -> Ran:
        """What became of it."""
        code = self._process.returncode if self._process and not self.reason else None
        told = {key: said.decode(errors="replace") for key, said in self._said.items()}
        reason = self.reason or ("prints too much" if self._overflowed else None)
        return Ran(told["output"], told["complaint"], code, self._ended - self._started, reason)

    def close(self) -> None:
        """Take what the pipes still hold, and let go of them."""
        for key, pipe in self._pipes():
            waiting = len(self._said[key])
            while self.hear(pipe, key) and len(self._said[key]) > waiting:
                waiting = len(self._said[key])
            pipe.close()

    def _pipes(self) -> Sequence[tuple[str, IO[bytes]]]:
        if self._process is None:
            return ()
        pipes = {"output": self._process.stdout, "complaint": self._process.stderr}
        return [(key, pipe) for key, pipe in pipes.items() if pipe is not None]


def _listen(jobs: Sequence[_Job], selector: selectors.BaseSelector) -> None:
    """Wait a moment for anything said, then look who has ended."""
    for key, _ in selector.select(LOOK_SECONDS):
        job, name = key.data
        if not job.hear(key.fileobj, name):
            selector.unregister(key.fileobj)
    for job in jobs:
        job.look()


def _end(jobs: Sequence[_Job], selector: selectors.BaseSelector, reason: str) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        for job in jobs:
            if job.runs:
                job.reason = reason
                job.tell(number)
        deadline = time.monotonic() + GRACE_SECONDS
        while any(job.runs for job in jobs) and time.monotonic() < deadline:
            _listen(jobs, selector)
    for job in jobs:
        job.give_up()
