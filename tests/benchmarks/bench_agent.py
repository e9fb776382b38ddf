"""What the agent adds to the NVML calls that a sample needs, on our C library, 8 GPUs."""

from __future__ import annotations

import pynvml

from benchmarks.paired import ratio
from thirdshift_agent.clock import SystemClock
from thirdshift_agent.metrics import render
from thirdshift_agent.sampler import Sampler

FIELDS = [5, 6, 82, 83, 142, 143, 144, 145, 185, 190, 230]


def bare_calls() -> None:
    for index in range(8):
        handle = pynvml.nvmlDeviceGetHandleByIndex(index)
        pynvml.nvmlDeviceGetFieldValues(handle, FIELDS)
        pynvml.nvmlDeviceGetUtilizationRates(handle)
        pynvml.nvmlDeviceGetMemoryInfo(handle, version=pynvml.nvmlMemory_v2)
        pynvml.nvmlDeviceGetTemperature(handle, pynvml.NVML_TEMPERATURE_GPU)
        pynvml.nvmlDeviceGetClockInfo(handle, pynvml.NVML_CLOCK_SM)
        pynvml.nvmlDeviceGetClockInfo(handle, pynvml.NVML_CLOCK_MEM)
        pynvml.nvmlDeviceGetCurrentClocksEventReasons(handle)
        pynvml.nvmlDeviceGetCurrPcieLinkGeneration(handle)
        pynvml.nvmlDeviceGetMaxPcieLinkGeneration(handle)
        pynvml.nvmlDeviceGetCurrPcieLinkWidth(handle)
        pynvml.nvmlDeviceGetMaxPcieLinkWidth(handle)


def test_a_sample_beside_its_bare_calls(sampler: Sampler) -> None:
    made = ratio("sample of 8 GPUs", sampler.sample_once, bare_calls, beside="its NVML calls")
    assert made > 0


def test_a_page_beside_the_sample_it_is_made_of(sampler: Sampler) -> None:
    clock = SystemClock()

    def page() -> bytes:
        return render(sampler.latest(), (), clock.now()).body

    made = ratio("metrics page of 8 GPUs", page, sampler.sample_once, beside="its sample")
    assert made > 0
