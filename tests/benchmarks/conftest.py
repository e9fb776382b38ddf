"""What the benches share: how long they may take, a sampler on our library, the last table."""

from __future__ import annotations

import compileall
from pathlib import Path

import prometheus_client
import pynvml
import pytest

import thirdshift_agent
from benchmarks import results
from benchmarks.exporters import moving
from servers.nvml_library import NvmlLibrary
from thirdshift_agent.clock import SystemClock
from thirdshift_agent.nvml import NvmlDriver
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.sampling.reading import WatchedReader
from thirdshift_agent.sampling.sampler import Sampler, Watches


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--window", type=float, default=30.0, help="seconds for which CPU is counted")
    parser.addoption("--samples", type=int, default=100_000, help="after which memory is compared")
    parser.addoption(
        "--patience", type=float, default=60.0, help="seconds after which fewer samples will do"
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if results.rows:
        terminalreporter.section("measured")
        for line in results.table():
            terminalreporter.write_line(line)
        results.keep()


@pytest.fixture(scope="session", autouse=True)
def compiled() -> None:
    """Compile what the agent imports, as an installer does; `make bench` does so for the rival.

    A module compiled at its import leaves its source's whole tree in the process's memory.
    """
    for module in (pynvml, prometheus_client, thirdshift_agent):
        place = Path(module.__file__ or "")
        if place.name == "__init__.py":
            compileall.compile_dir(place.parent, quiet=1)
        else:
            compileall.compile_file(place, quiet=1)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NvmlLibrary:
    """Eight GPUs at work."""
    library = moving(tmp_path)
    library.load(monkeypatch)
    return library


@pytest.fixture
def sampler(library: NvmlLibrary) -> Sampler:
    """A sampler of 8 GPUs that has taken its first sample."""
    made = Sampler(NvmlDriver(), SystemClock(), IdentityBook(), WatchedReader(), Watches.nobody())
    assert len(made.sample_once().gpus) == 8
    return made
