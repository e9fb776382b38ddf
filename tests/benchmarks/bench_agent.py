"""What the agent adds to the NVML calls that a sample needs, on our C library, 8 GPUs."""

from __future__ import annotations

from collections.abc import Iterator

import pynvml

from benchmarks.paired import ratio
from servers.nvml_library import NvmlLibrary
from thirdshift_agent.collectors.gpu import DEFAULT
from thirdshift_agent.nvml.device import Plans
from thirdshift_agent.nvml.own import OWN
from thirdshift_agent.nvml.plan import CallKey, Plan
from thirdshift_agent.nvml.questions import MOST_FIELDS
from thirdshift_agent.page.metrics import Told, sections
from thirdshift_agent.page.pages import Pages
from thirdshift_agent.sampling.sampler import FULL_EVERY, Sampler

GETTER_MICROSECONDS = 35
"""What a call into a real driver takes at least, as others have measured; ours takes 0.3."""

PLANS = Plans.of(DEFAULT)


def needed(plan: Plan) -> Iterator[CallKey]:
    """The calls that fields do not make needless, those only that come first for a series."""
    taken = {taker.series for takers in plan.fields.values() for taker in takers}
    for key, takers in plan.calls.items():
        if open_ones := {taker.series for taker in takers} - taken:
            taken |= open_ones
            yield key


CALLS = {False: list(needed(PLANS.always)), True: list(needed(PLANS.in_full))}
FIELDS = {False: list(PLANS.always.fields), True: list(PLANS.in_full.fields)}


class BareCalls:
    """The same calls of the same turns, and nothing else."""

    def __init__(self) -> None:
        self._turn = 0

    def __call__(self) -> None:
        in_full = self._turn % FULL_EVERY == 0
        self._turn += 1
        for index in range(8):
            handle = pynvml.nvmlDeviceGetHandleByIndex(index)
            for start in range(0, len(FIELDS[in_full]), MOST_FIELDS):
                wanted = FIELDS[in_full][start : start + MOST_FIELDS]
                pynvml.nvmlDeviceGetFieldValues(handle, wanted)
            for function, arguments in CALLS[in_full]:
                (OWN.get(function) or getattr(pynvml, function))(handle, *arguments)


def test_a_sample_beside_its_bare_calls(sampler: Sampler) -> None:
    made = ratio("sample of 8 GPUs", sampler.sample_once, BareCalls(), beside="its NVML calls")
    assert made > 0


def test_a_sample_beside_its_calls_where_each_takes_a_drivers_time(
    library: NvmlLibrary, sampler: Sampler
) -> None:
    library.set("latency.*", GETTER_MICROSECONDS)
    made = ratio(
        "sample of 8 GPUs, a driver's time a call",
        sampler.sample_once,
        BareCalls(),
        beside="its NVML calls",
    )
    assert made > 0


def test_a_page_beside_the_sample_it_is_made_of(sampler: Sampler) -> None:
    pages = Pages()

    def page() -> bytes:
        return pages.write(sections(Told(sampler.latest()))).body

    made = ratio("metrics page of 8 GPUs", page, sampler.sample_once, beside="its sample")
    assert made > 0
