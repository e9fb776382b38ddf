"""Our NVML library as an instrument: what is set is seen by the next call, and by no other."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from ctypes import CDLL
from pathlib import Path
from threading import Thread
from typing import Any

import pynvml
import pytest

from servers.nvml_library import NvmlLibrary
from thirdshift_agent.inject.control_table import SLOTS

ENERGY = 83
WATCH = """
import pynvml
pynvml.nvmlInit()
events, gpu = pynvml.nvmlEventSetCreate(), pynvml.nvmlDeviceGetHandleByIndex(3)
pynvml.nvmlDeviceRegisterEvents(gpu, 0x8, events)
print("waits", flush=True)
print(pynvml.nvmlEventSetWait_v2(events, 60_000).eventData)
"""


@pytest.fixture
def gpus(library: NvmlLibrary) -> Iterator[list[Any]]:
    pynvml.nvmlInit()
    yield [pynvml.nvmlDeviceGetHandleByIndex(index) for index in range(8)]
    pynvml.nvmlShutdown()


def power(gpu: Any) -> int:
    return int(pynvml.nvmlDeviceGetPowerUsage(gpu))


def energy(gpu: Any) -> int:
    (value,) = pynvml.nvmlDeviceGetFieldValues(gpu, [ENERGY])
    return int(value.value.ullVal)


def refusal(call: Any, *arguments: Any) -> int:
    with pytest.raises(pynvml.NVMLError) as caught:
        call(*arguments)
    return int(caught.value.value)


def test_it_has_every_function_that_the_binding_knows(library: NvmlLibrary) -> None:
    loaded = CDLL(str(library.path))
    text = Path(pynvml.__file__).read_text(encoding="utf-8")
    names = {part.partition('"')[0] for part in text.split('FunctionPointer("')[1:]}
    assert len(names) > 400
    assert [name for name in sorted(names) if not hasattr(loaded, name)] == []


def test_what_is_set_is_seen_by_the_very_next_call(library: NvmlLibrary, gpus: list[Any]) -> None:
    for milliwatts in range(1000):
        library.set("power_usage", milliwatts, gpu=3)
        assert power(gpus[3]) == milliwatts


def test_one_gpu_has_precedence_over_all(library: NvmlLibrary, gpus: list[Any]) -> None:
    library.set("power_usage", 7)
    library.set("power_usage", 9, gpu=3)
    assert [power(gpu) for gpu in gpus] == [7, 7, 7, 9, 7, 7, 7, 7]
    library.clear("power_usage", gpu=3)
    assert [power(gpu) for gpu in gpus] == [7] * 8
    library.clear("power_usage")
    assert power(gpus[3]) == 341_000


def test_what_was_not_set_cannot_be_cleared(library: NvmlLibrary) -> None:
    with pytest.raises(AssertionError, match="power_usage is not set"):
        library.clear("power_usage")


def test_a_table_that_is_full_says_so(library: NvmlLibrary) -> None:
    def fill() -> None:
        for number in range(SLOTS + 1):
            library.set(f"field.{number}", 1)

    with pytest.raises(OverflowError, match="the control table is full"):
        fill()


def test_a_counter_grows_by_its_rate_from_where_it_was(
    library: NvmlLibrary, gpus: list[Any]
) -> None:
    before = time.monotonic_ns()
    library.set("field.83.rate", 1_000_000, gpu=3)
    since = time.monotonic_ns()
    asked = time.monotonic_ns()
    grown = energy(gpus[3]) - 123_456_789
    answered = time.monotonic_ns()
    assert (asked - since) // 1000 - 1 <= grown <= (answered - before) // 1000 + 1
    assert pynvml.nvmlDeviceGetTotalEnergyConsumption(gpus[3]) >= 123_456_789 + grown
    assert energy(gpus[2]) == 123_456_789


def test_a_counter_grows_alike_in_every_process(library: NvmlLibrary, gpus: list[Any]) -> None:
    library.set("field.83.rate", 1_000_000, gpu=0)
    ask = (
        "import pynvml as p; p.nvmlInit();"
        "print(p.nvmlDeviceGetTotalEnergyConsumption(p.nvmlDeviceGetHandleByIndex(0)))"
    )
    before = energy(gpus[0])
    told = subprocess.run(
        [sys.executable, "-c", ask],
        env={**os.environ, **library.environment()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert before <= int(told.stdout) <= energy(gpus[0])


@pytest.mark.parametrize("key", ["latency.nvmlDeviceGetPowerUsage", "latency.*"])
@pytest.mark.parametrize("microseconds", [200, 2000])
def test_a_call_takes_the_time_that_is_set(
    library: NvmlLibrary, gpus: list[Any], key: str, microseconds: int
) -> None:
    library.set(key, microseconds, gpu=3)
    began = time.monotonic()
    assert power(gpus[3]) == 341_000
    assert time.monotonic() - began >= microseconds / 1e6


def test_a_call_hangs_until_it_is_let_go(library: NvmlLibrary, gpus: list[Any]) -> None:
    library.set("hang.nvmlDeviceGetPowerUsage", 1, gpu=3)
    thread = Thread(target=power, args=(gpus[3],))
    thread.start()
    assert power(gpus[2]) == 341_000
    assert thread.is_alive()
    library.clear("hang.nvmlDeviceGetPowerUsage", gpu=3)
    thread.join(timeout=10)
    assert not thread.is_alive()


def test_every_call_of_one_gpu_can_fail(library: NvmlLibrary, gpus: list[Any]) -> None:
    library.set("error.*", 999, gpu=3)
    assert refusal(power, gpus[3]) == 999
    assert power(gpus[2]) == 341_000


def test_a_call_that_it_does_not_know_can_fail_too(library: NvmlLibrary, gpus: list[Any]) -> None:
    assert refusal(pynvml.nvmlDeviceGetSupportedMemoryClocks, gpus[0]) == 3
    library.set("error.nvmlDeviceGetSupportedMemoryClocks", 4)
    assert refusal(pynvml.nvmlDeviceGetSupportedMemoryClocks, gpus[0]) == 4


def test_a_gpu_off_the_bus_comes_back_only_with_a_new_start(
    library: NvmlLibrary, gpus: list[Any]
) -> None:
    library.set("lost", 1, gpu=3)
    assert refusal(power, gpus[3]) == pynvml.NVML_ERROR_GPU_IS_LOST
    library.clear("lost", gpu=3)
    assert refusal(power, gpus[3]) == pynvml.NVML_ERROR_GPU_IS_LOST
    pynvml.nvmlShutdown()
    pynvml.nvmlInit()
    assert power(gpus[3]) == 341_000


def test_nothing_is_answered_before_the_start(library: NvmlLibrary) -> None:
    assert refusal(pynvml.nvmlDeviceGetCount) == pynvml.NVML_ERROR_UNINITIALIZED


def test_an_event_ends_the_wait_of_another_process(library: NvmlLibrary) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WATCH],
        env={**os.environ, **library.environment()},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "waits\n"
        library.send_xid(gpu=3, xid=79)
        assert process.stdout.readline() == "79\n"


def test_any_type_of_event_that_was_asked_for_is_delivered(
    library: NvmlLibrary, gpus: list[Any]
) -> None:
    events = pynvml.nvmlEventSetCreate()
    recovery, poison = pynvml.nvmlEventTypeGpuRecoveryAction, pynvml.nvmlEventTypeFatalPoisonError
    assert pynvml.nvmlDeviceGetSupportedEventTypes(gpus[3]) & recovery & ~poison == recovery
    pynvml.nvmlDeviceRegisterEvents(gpus[3], recovery, events)
    library.send_event(gpu=3, kind=poison, data=0)
    library.send_event(gpu=3, kind=recovery, data=2)
    seen = pynvml.nvmlEventSetWait_v2(events, 1000)
    assert (seen.eventType, seen.eventData) == (recovery, 2)
    assert refusal(pynvml.nvmlEventSetWait_v2, events, 10) == pynvml.NVML_ERROR_TIMEOUT
    pynvml.nvmlEventSetFree(events)
