"""A real server in a test: started, waited for, stopped. A failure shows the end of its log."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

LOG_SHOWN = 4000
STEP_SECONDS = 0.05

Found = TypeVar("Found")


def need(command: str) -> str:
    """Where a command is; without it the test fails, because passing would say nothing."""
    found = shutil.which(command, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if found is None:
        pytest.fail(f"{command} is not installed; run tests/servers/install.sh as root")
    return found


def wait_for(look: Callable[[], Found | None], what: str, patience_seconds: float = 60.0) -> Found:
    """Look until there is something; fails the test when patience ends."""
    deadline = time.monotonic() + patience_seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            pytest.fail(f"{what}: not within {patience_seconds:.0f} seconds")
        time.sleep(STEP_SECONDS)


def answers(url: str) -> bool:
    """Whether a GET of the URL succeeds."""
    try:
        return httpx.get(url, timeout=2.0).is_success
    except httpx.TransportError:
        return False


@contextmanager
def running(
    command: Sequence[str],
    log: Path,
    ready: Callable[[], bool],
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends. `log` gets what it prints; `ready` is asked until true."""
    program = need(command[0])
    with log.open("ab") as output:
        process = subprocess.Popen(
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if environment is None else {**os.environ, **environment},
        )
    try:
        _await(process, log, ready)
        yield process
    finally:
        _stop(process)


def _await(process: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool]) -> None:
    def look() -> bool:
        return process.poll() is not None or ready()

    try:
        wait_for(look, f"{process.args!r} ready")
    except pytest.fail.Exception as failure:
        pytest.fail(f"{failure}\n{_end(log)}")
    if process.poll() is not None:
        pytest.fail(f"{process.args!r} ended with {process.returncode}\n{_end(log)}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _end(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-LOG_SHOWN:]
