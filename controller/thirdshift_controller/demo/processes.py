"""The demo's processes: started together, stopped together, each with its log in a file."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tenacity import RetryError, retry, retry_if_result, stop_after_delay, wait_fixed

from thirdshift_controller.demo.errors import DemoError

STOP_SECONDS = 5.0
LOG_LINES_SHOWN = 15
OWN = "THIRDSHIFT_"


@dataclass(frozen=True, slots=True)
class Child:
    """One process of ours."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """Raise `DemoError` with the end of its log if it has died."""
        status = self.process.poll()
        if status is not None:
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
            tail = "\n".join(lines[-LOG_LINES_SHOWN:])
            raise DemoError(f"{self.name} ended with status {status}:\n{tail}")


@contextmanager
def child(
    name: str, module: str, arguments: Sequence[str], log: Path, environment: Mapping[str, str]
) -> Iterator[Child]:
    """A module of ours as a process of its own, until the block ends."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=_environment(environment),
            start_new_session=True,
        )
    try:
        yield Child(name, process, log)
    finally:
        _stop(process)


def wait_until(ready: Callable[[], bool], seconds: float, what: str) -> None:
    """Ask until the answer is yes. Raises `DemoError` when it has not come in time."""

    @retry(
        retry=retry_if_result(lambda done: not done),
        stop=stop_after_delay(seconds),
        wait=wait_fixed(0.2),
    )
    def ask() -> bool:
        return ready()

    try:
        ask()
    except RetryError as error:
        raise DemoError(f"{what}: not within {seconds:.0f} seconds") from error


def free_ports(count: int) -> list[int]:
    """Loopback ports that nobody listens on now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(closing(socket.socket())) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Nothing that steers a real site may steer the simulated one."""
    theirs = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
    return {**theirs, **ours}


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
