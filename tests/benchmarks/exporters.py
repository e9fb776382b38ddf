"""The agent and nvitop-exporter as processes on one library of ours, and scrapes of both."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from servers.nvml_library import NvmlLibrary
from servers.ports import free_port
from servers.process import running

INTERVAL_SECONDS = 1
GPUS = 8

_AGENT = Path(sys.executable).with_name("thirdshift-agent")
_NVITOP = Path(__file__).parents[2] / "build" / "bench-venv" / "bin" / "nvitop-exporter"
_UUID = re.compile(r'"(GPU-[^"]+)"')
_HEADERS = {"Accept": "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"}


@dataclass(frozen=True, slots=True)
class Exporter:
    """A program that serves `/metrics`, and how to start it."""

    name: str
    command: Callable[[int, Path], list[str]]

    def start(self, folder: Path, port: int) -> list[str]:
        """The command that lets it listen there and keep its files in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        return self.command(port, folder)


@dataclass(frozen=True, slots=True)
class Running:
    """An exporter that serves all its GPUs."""

    pid: int
    port: int

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=10)

    def page(self) -> str:
        """One scrape on a connection of its own."""
        connection = self.connect()
        try:
            return scrape(connection).decode()
        finally:
            connection.close()


def _agent(port: int, folder: Path) -> list[str]:
    own = [f"--listen=127.0.0.1:{port}", f"--state-dir={folder / 'state'}"]
    return [str(_AGENT), "run", f"--interval={INTERVAL_SECONDS}", *own]


def _nvitop(port: int, folder: Path) -> list[str]:
    if not _NVITOP.exists():
        pytest.fail("nvitop-exporter is not installed; run `make bench`, which brings it")
    return [str(_NVITOP), f"--port={port}", f"--interval={INTERVAL_SECONDS}", "--hostname=node"]


AGENT = Exporter("agent", _agent)
NVITOP = Exporter("nvitop-exporter", _nvitop)


def moving(folder: Path) -> NvmlLibrary:
    """A library whose counters run, as those of GPUs at work do."""
    library = NvmlLibrary(folder)
    library.set("field.83.rate", 341_000)
    for field in (138, 139, 140, 141, 197, 198):
        library.set(f"field.{field}.rate", 1 << 20)
    return library


@contextmanager
def serving(exporter: Exporter, folder: Path, environment: Mapping[str, str]) -> Iterator[Running]:
    """Run it until the block ends; it serves every GPU when the block begins."""
    port = free_port()
    command, log = exporter.start(folder, port), folder / "log"
    with running(command, log, lambda: serves(port), environment) as process:
        yield Running(process.pid, port)


def scrape(connection: HTTPConnection) -> bytes:
    """The page, on this connection where the server keeps it open, else on its next."""
    connection.request("GET", "/metrics", headers=_HEADERS)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, body[:500]
    return body


def serves(port: int) -> bool:
    """Whether its page tells of every GPU."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        return len(set(_UUID.findall(scrape(connection).decode()))) == GPUS
    except (AssertionError, HTTPException, OSError):
        return False
    finally:
        connection.close()


def gpu_series(page: str) -> int:
    """How many of the page's series are about a GPU."""
    return sum(1 for line in page.splitlines() if line[:1] != "#" and _UUID.search(line))
