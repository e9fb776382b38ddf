"""What the agent's memory is made of, and whether it grows."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from benchmarks import results
from benchmarks.meters import resident, resident_bytes
from thirdshift_agent.page.metrics import Told, sections
from thirdshift_agent.page.pages import Pages
from thirdshift_agent.sampling.sampler import Sampler

WARM_UP = 1000
MIB = 1024 * 1024
SAY = "import sys; sys.stdout.write(open('/proc/self/status').read())"


@pytest.mark.parametrize(
    "module",
    ["pynvml", "prometheus_client", "http.server", "sqlite3", "thirdshift_agent.cli"],
)
def test_an_import_beside_python_alone(module: str) -> None:
    results.add(
        f"memory after `import {module}`", _after(f"import {module}"), _after(""), "MiB", "python"
    )


def test_memory_after_many_samples_beside_memory_after_a_few(
    sampler: Sampler, request: pytest.FixtureRequest
) -> None:
    pages = Pages()

    def once() -> None:
        sampler.sample_once()
        pages.write(sections(Told(sampler.latest())))

    for _ in range(WARM_UP):
        once()
    before, taken = resident_bytes(os.getpid()), 0
    deadline = time.monotonic() + request.config.getoption("--patience")
    while taken < request.config.getoption("--samples") and time.monotonic() < deadline:
        once()
        taken += 1
    after = resident_bytes(os.getpid())
    beside = f"the same {taken:,} samples earlier"
    results.add("memory after many samples and pages", after / MIB, before / MIB, "MiB", beside)


def _after(statement: str) -> float:
    command = [sys.executable, "-c", f"{statement}\n{SAY}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return resident(done.stdout) / MIB
