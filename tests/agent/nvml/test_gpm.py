"""The chip's own counters: what they say, whom they are asked of, and that no sample is lost."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pynvml
import pytest

from fakes.node_clock import Uptime
from servers.nvml_library import NvmlLibrary
from thirdshift_agent.collectors.gpu import DEFAULT, activity, chosen
from thirdshift_agent.collectors.gpu.source import Activity, GpuCollector, gauge
from thirdshift_agent.collectors.row import Readings
from thirdshift_agent.gpu import GpuLostError
from thirdshift_agent.nvml import NvmlDriver
from thirdshift_agent.nvml.device import NvmlGpu
from thirdshift_agent.nvml.driver import RENEW_SECONDS

MIB = 1024.0**2
EXPECTED = {
    "graphics_activity_ratio": 0.98,
    "sm_activity_ratio": 0.915,
    "sm_occupancy_ratio": 0.4425,
    "tensor_activity_ratio": 0.6175,
    "dram_activity_ratio": 0.42125,
    "fp64_activity_ratio": 0.0,
    "fp32_activity_ratio": 0.14,
    "fp16_activity_ratio": 0.02,
    "pcie_transmit_bytes_per_second": 46.875 * MIB,
    "pcie_receive_bytes_per_second": 46.875 * MIB,
    "nvlink_transmit_bytes_per_second": 18 * 12_000 * MIB,
    "nvlink_receive_bytes_per_second": 18 * 12_000 * MIB,
}
QUERY, GET, MEASURE = "nvmlGpmQueryDeviceSupport", "nvmlGpmSampleGet", "nvmlGpmMetricsGet"
FUNCTION_NOT_FOUND, UNKNOWN = 13, 999


@dataclass
class Samples:
    """Those that NVML allocated, and those that it got back."""

    allocated: list[Any] = field(default_factory=list)
    freed: list[Any] = field(default_factory=list)


@pytest.fixture
def samples(library: NvmlLibrary, monkeypatch: pytest.MonkeyPatch) -> Samples:
    seen, allocate, free = Samples(), pynvml.nvmlGpmSampleAlloc, pynvml.nvmlGpmSampleFree

    def allocated() -> Any:
        seen.allocated.append(allocate())
        return seen.allocated[-1]

    def freed(sample: Any) -> None:
        free(sample)
        seen.freed.append(sample)

    monkeypatch.setattr(pynvml, "nvmlGpmSampleAlloc", allocated)
    monkeypatch.setattr(pynvml, "nvmlGpmSampleFree", freed)
    return seen


@pytest.fixture
def driver(library: NvmlLibrary) -> Iterator[NvmlDriver]:
    yield from opened(*chosen(with_activity=True))


def opened(*collectors: GpuCollector) -> Iterator[NvmlDriver]:
    driver = NvmlDriver(collectors)
    yield driver
    driver.close()


def read(gpu: NvmlGpu, told: list[str] | None = None) -> Readings:
    """What the chip's counters say in one read."""
    calls: list[str] = [] if told is None else told
    readings = gpu.read(calls.append, in_full=False)
    assert ("power_watts", ()) in readings
    names = {row.name for row in activity.COLLECTOR.rows}
    return {series: value for series, value in readings.items() if series[0] in names}


def address(sample: Any) -> int | None:
    return ctypes.cast(sample, ctypes.c_void_p).value


def test_the_first_read_has_nothing_to_compare_and_the_second_tells_all(driver: NvmlDriver) -> None:
    gpu = driver.gpus()[3]
    assert read(gpu) == {}
    told = read(gpu)
    assert told == pytest.approx({(name, ()): value for name, value in EXPECTED.items()})
    assert {name for name, _ in told} == {row.name for row in activity.COLLECTOR.rows}


def test_what_changed_is_told_by_the_next_read(library: NvmlLibrary, driver: NvmlDriver) -> None:
    gpu = driver.gpus()[3]
    read(gpu)
    library.set("gpm.5", 12_500, gpu=3)
    assert read(gpu)["tensor_activity_ratio", ()] == pytest.approx(0.125)


def test_nobody_who_did_not_ask_pays_for_it(library: NvmlLibrary) -> None:
    assert activity.COLLECTOR not in DEFAULT
    for driver in opened(*DEFAULT):
        calls: list[str] = []
        for _ in range(3):
            driver.gpus()[0].read(calls.append, in_full=True)
        assert [call for call in calls if "Gpm" in call] == []


def test_a_chip_without_the_counters_is_asked_once(
    library: NvmlLibrary, driver: NvmlDriver
) -> None:
    library.set("gpm.supported", 0, gpu=3)
    gpu, calls = driver.gpus()[3], list[str]()
    assert [read(gpu, calls) for _ in range(3)] == [{}, {}, {}]
    assert [call for call in calls if "Gpm" in call] == [QUERY]


def test_a_driver_without_the_call_is_asked_once(library: NvmlLibrary, driver: NvmlDriver) -> None:
    library.set(f"error.{QUERY}", FUNCTION_NOT_FOUND)
    gpu, calls = driver.gpus()[3], list[str]()
    assert [read(gpu, calls) for _ in range(3)] == [{}, {}, {}]
    assert [call for call in calls if "Gpm" in call] == [QUERY]


def test_trouble_that_passes_is_no_verdict(library: NvmlLibrary, driver: NvmlDriver) -> None:
    library.set(f"error.{QUERY}", UNKNOWN)
    gpu = driver.gpus()[3]
    assert read(gpu) == {}
    library.clear(f"error.{QUERY}")
    assert read(gpu) == {}
    assert read(gpu)


def test_a_metric_that_the_chip_lacks_costs_no_other(library: NvmlLibrary) -> None:
    lacking = GpuCollector(
        "some",
        (
            gauge("lacking", "GPM has no such number.", Activity(99)),
            gauge("endless", "No number at all.", Activity(1, float("inf"))),
            *activity.COLLECTOR.rows,
        ),
    )
    for driver in opened(*DEFAULT, lacking):
        gpu = driver.gpus()[0]
        read(gpu)
        told = gpu.read(lambda call: None, in_full=False)
        assert ("tensor_activity_ratio", ()) in told
        assert not {("lacking", ()), ("endless", ())} & told.keys()


@pytest.mark.parametrize("call", [QUERY, GET, MEASURE])
def test_a_gpu_that_is_lost_in_between_is_lost(
    library: NvmlLibrary, driver: NvmlDriver, call: str
) -> None:
    gpu = driver.gpus()[3]
    if call != QUERY:
        read(gpu)
    library.set(f"error.{call}", pynvml.NVML_ERROR_GPU_IS_LOST, gpu=3)
    with pytest.raises(GpuLostError, match=call):
        read(gpu)
    other = driver.gpus()[2]
    read(other)
    assert read(other)


def test_each_call_is_named_before_it_can_hang(driver: NvmlDriver) -> None:
    gpu, calls = driver.gpus()[3], list[str]()
    for _ in range(2):
        read(gpu, calls)
    assert [call for call in calls if "Gpm" in call] == [QUERY, GET, GET, MEASURE]


def test_a_thousand_reads_need_two_samples(samples: Samples, driver: NvmlDriver) -> None:
    gpu = driver.gpus()[3]
    told = [bool(read(gpu)) for _ in range(1000)]
    assert told == [False] + [True] * 999
    assert len({address(sample) for sample in samples.allocated}) == 2
    assert (len(samples.allocated), len(samples.freed)) == (2, 0)


@pytest.mark.parametrize("call", [GET, MEASURE])
def test_reads_that_fail_need_no_more(
    library: NvmlLibrary, samples: Samples, driver: NvmlDriver, call: str
) -> None:
    gpu = driver.gpus()[3]
    for _ in range(50):
        library.set(f"error.{call}", UNKNOWN, gpu=3)
        assert read(gpu) == {}
        library.clear(f"error.{call}", gpu=3)
        read(gpu)
    assert read(gpu)
    assert len(samples.allocated) == 2


def test_after_a_failed_read_the_span_goes_back_to_the_last_good_one(
    library: NvmlLibrary, driver: NvmlDriver
) -> None:
    gpu = driver.gpus()[3]
    assert read(gpu) == {}
    library.set(f"error.{GET}", UNKNOWN, gpu=3)
    assert read(gpu) == {}
    library.clear(f"error.{GET}", gpu=3)
    assert read(gpu)


def test_the_samples_of_a_session_are_given_back_in_the_next(
    samples: Samples, driver: NvmlDriver
) -> None:
    for session in range(3):
        for gpu in driver.gpus():
            assert read(gpu) == {}
            assert read(gpu)
        assert len(samples.allocated) == 16 * (session + 1)
        assert len(samples.freed) == 16 * session
        assert driver.close()


def test_a_gpu_that_is_gone_gives_its_samples_back_once_no_call_can_be_in_it(
    library: NvmlLibrary, samples: Samples
) -> None:
    uptime = Uptime()
    driver = NvmlDriver((*DEFAULT, activity.COLLECTOR), uptime)
    for gpu in driver.gpus():
        read(gpu)
        read(gpu)
    library.set("lost", 1, gpu=3)
    assert len(driver.gpus()) == 7
    assert samples.freed == []
    uptime.seconds += RENEW_SECONDS
    assert len(driver.gpus()) == 7
    assert len(samples.freed) == 16
    assert {address(sample) for sample in samples.freed} == {
        address(sample) for sample in samples.allocated
    }
    driver.close()
