"""A process of its own on the library, as on a node: found by its name, hung calls and all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from servers.nvml_library import NvmlLibrary

LOOK = """
import json
from thirdshift_agent.clock import SystemClock
from thirdshift_agent.sampling.identity import IdentityBook
from thirdshift_agent.kept_file import KeptFile
from thirdshift_agent.nvml import NvmlDriver
from thirdshift_agent.sampling.published import published
from thirdshift_agent.sampling.reading import WatchedReader
from thirdshift_agent.sampling.sampler import Sampler, Watches
from thirdshift_agent.watch import gpu_rules
from thirdshift_agent.watch.presence import PresenceWatch
from thirdshift_agent.watch.rules import RuleWatch
from thirdshift_agent.wire import GpuPresence

driver = NvmlDriver()
seen = []
watches = Watches(
    PresenceWatch(seen.append, KeptFile()),
    RuleWatch(gpu_rules.RULES, seen.append, KeptFile(), lambda: 1e6),
)
reader = WatchedReader(wait_seconds=1.0, hung_after_seconds=0.5)
sampler = Sampler(driver, SystemClock(), IdentityBook(), reader, watches)
sampler.sample_once()
snapshot = published(sampler.sample_once())
driver.close()
print(json.dumps({
    "problems": snapshot.problems,
    "presence": [gpu.presence for gpu in snapshot.gpus],
    "power": [gpu.power_watts for gpu in snapshot.gpus],
    "hung_in": [gpu.hung_call for gpu in snapshot.gpus],
    "signals": [f"{one.kind}:{one.code}" for one in seen],
}))
"""
WELL = ["present"] * 8


def look(library: NvmlLibrary) -> dict[str, list[Any]]:
    """What two samples show. The process must end by itself, whatever hangs in it."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        env={**os.environ, **library.environment()},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, list[Any]] = json.loads(done.stdout)
    return found


def test_a_node_is_read_through_the_library_that_the_loader_finds(library: NvmlLibrary) -> None:
    found = look(library)
    assert (found["presence"], found["problems"], found["signals"]) == (WELL, [], [])
    assert found["power"] == [342.5] * 8


@pytest.mark.parametrize(
    "call",
    ["nvmlDeviceGetFieldValues", "nvmlDeviceGetUtilizationRates", "nvmlDeviceGetClockInfo"],
)
def test_one_hung_call_costs_one_gpu(library: NvmlLibrary, call: str) -> None:
    library.set(f"hang.{call}", 1, gpu=3)
    found = look(library)
    assert found["presence"] == ["present"] * 3 + ["hung"] + ["present"] * 4
    assert found["hung_in"] == [None] * 3 + [call] + [None] * 4
    assert found["power"] == [342.5] * 3 + [None] + [342.5] * 4
    assert found["signals"] == ["gpu:hung"]


@pytest.mark.parametrize("call", ["nvmlInitWithFlags", "nvmlDeviceGetUUID"])
def test_a_driver_that_hangs_before_any_gpu_is_known_is_a_problem(
    library: NvmlLibrary, call: str
) -> None:
    library.set(f"hang.{call}", 1)
    found = look(library)
    assert found["presence"] == []
    assert "the driver has not listed its GPUs for" in str(found["problems"])


def test_a_gpu_off_the_bus_costs_one_gpu(library: NvmlLibrary) -> None:
    library.set("error.nvmlDeviceGetClockInfo", 15, gpu=3)
    found = look(library)
    assert found["presence"] == ["present"] * 3 + ["lost"] + ["present"] * 4
    assert found["signals"] == ["gpu:lost"]
    assert found["problems"] == ["GPU 3: nvmlDeviceGetClockInfo: GPU is lost (NVML error 15)"]


def test_a_driver_that_is_not_loaded_is_one_problem(library: NvmlLibrary) -> None:
    library.set("error.nvmlInitWithFlags", 9)
    found = look(library)
    assert (found["presence"], found["signals"]) == ([], [])
    assert "modprobe nvidia" in str(found["problems"])
