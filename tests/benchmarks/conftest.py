"""What the benches share: how long they may take, a sampler on our library, the last table."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import results
from benchmarks.exporters import moving
from thirdshift_agent.clock import SystemClock
from thirdshift_agent.identity import IdentityBook
from thirdshift_agent.nvml import NvmlDriver
from thirdshift_agent.reading import WatchedReader
from thirdshift_agent.sampler import Sampler


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


@pytest.fixture
def sampler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sampler:
    """A sampler of 8 GPUs that has taken its first sample."""
    moving(tmp_path).load(monkeypatch)
    made = Sampler(NvmlDriver(), SystemClock(), IdentityBook(), lambda seen: None, WatchedReader())
    assert len(made.sample_once().gpus) == 8
    return made
