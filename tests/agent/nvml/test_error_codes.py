"""Every error code of NVML at every call and every field that a look makes: what each costs."""

from __future__ import annotations

from typing import Any

import pynvml
import pytest

from fakes.full_gpu import DIVIDED, PLAN, WHOLE, Noting
from servers.nvml_library import NvmlLibrary
from thirdshift_agent.collectors.gpu import DEFAULT
from thirdshift_agent.collectors.gpu.source import Call, Several
from thirdshift_agent.collectors.row import Readings
from thirdshift_agent.gpu import DriverError, GpuLostError
from thirdshift_agent.nvml.plan import Plan
from thirdshift_agent.nvml.questions import Questions

CODES = sorted(v for name, v in vars(pynvml).items() if name.startswith("NVML_ERROR_"))
GONE, NODE_WIDE = {15, 28}, {1, 9, 12, 18}
FIELDS_ALONE = Plan(fields=PLAN.fields)
NUMBERS = sorted({number for number, _ in PLAN.fields})

SEVERAL = {
    "nvmlDeviceGetNumFans": {"fan_speed_ratio"},
    "nvmlDeviceGetFanSpeed": {"fan_speed_ratio"},
    "nvmlDeviceGetRowRemapperHistogram": {"remap_banks"},
    "nvmlDeviceGetVbiosVersion": {"firmware_info"},
    "nvmlDeviceGetInforomImageVersion": {"firmware_info"},
    "nvmlDeviceGetBoardPartNumber": {"firmware_info"},
    "nvmlDeviceGetGpuFabricInfoV": {"fabric_info"},
}
"""Rows that ask for themselves, by what they ask. All else that is asked so is of MIG."""

Handles = dict[int, Any]


def look(handle: Any, plan: Plan = PLAN) -> Readings:
    """What somebody reads who has never asked this GPU before."""
    return Questions(plan, Noting(handle)).ask()


def functions(handle: Any) -> list[str]:
    """The library's own functions that a look at the GPU calls."""
    known = pynvml._nvmlGetFunctionPointer_cache
    known.clear()
    look(handle)
    return sorted(known)


def rows_of(function: str) -> set[str]:
    """Rows that may lose readings where a function of the library gives nothing."""
    name = function.rpartition("_v")[0] or function
    asked = SEVERAL.get(name, set())
    for row in (row for each in DEFAULT for row in each.rows):
        if isinstance(row.sources, Several):
            continue
        for source in (one for its in row.sources.values() for one in its):
            if isinstance(source, Call) and source.function.startswith(name):
                asked = asked | {row.name}
    return asked


def changed(before: Readings, after: Readings) -> set[str]:
    """Rows of which something is told otherwise, or no more."""
    return {s[0] for s in before.keys() | after.keys() if before.get(s) != after.get(s)}


@pytest.mark.parametrize("gpu", [WHOLE, DIVIDED])
@pytest.mark.parametrize("code", CODES)
def test_an_error_costs_the_gpu_the_driver_or_the_readings_of_its_call(
    library: NvmlLibrary, handles: Handles, gpu: int, code: int
) -> None:
    handle = handles[gpu]
    names, well = functions(handle), look(handle)
    assert len(names) > 25
    for function in names:
        library.set(f"error.{function}", code, gpu=gpu)
        if code in GONE:
            with pytest.raises(GpuLostError, match=f"NVML error {code}"):
                look(handle)
        elif code in NODE_WIDE:
            with pytest.raises(DriverError):
                look(handle)
        elif function != "nvmlDeviceGetFieldValues":
            lost = {row for row in changed(well, look(handle)) if not row.startswith("mig_")}
            assert lost <= rows_of(function), function
        library.clear(f"error.{function}", gpu=gpu)
    assert look(handle).keys() == well.keys()


@pytest.mark.parametrize("code", CODES)
def test_an_error_at_a_field_costs_the_gpu_the_driver_or_that_fields_readings(
    library: NvmlLibrary, handles: Handles, code: int
) -> None:
    handle = handles[WHOLE]
    well = look(handle, FIELDS_ALONE)
    for number in NUMBERS:
        library.set(f"field_error.{number}", code, gpu=WHOLE)
        if code in GONE:
            with pytest.raises(GpuLostError, match=f"field {number}: .*NVML error {code}"):
                look(handle, FIELDS_ALONE)
        elif code in NODE_WIDE:
            with pytest.raises(DriverError):
                look(handle, FIELDS_ALONE)
        else:
            assert look(handle, FIELDS_ALONE) == without(well, number)
        library.clear(f"field_error.{number}", gpu=WHOLE)


def test_a_blank_is_a_reading_of_no_field(library: NvmlLibrary, handles: Handles) -> None:
    handle = handles[WHOLE]
    well = look(handle, FIELDS_ALONE)
    for number in NUMBERS:
        key = f"field.{number}"
        library.set(key, -1, gpu=WHOLE)
        assert look(handle, FIELDS_ALONE) == without(well, number), "all bits set"
        library.set(key, 7, gpu=WHOLE)
        assert look(handle, FIELDS_ALONE).keys() == well.keys(), "a value again"
        library.set(key, 0, gpu=WHOLE)  # as the look before it does not know what it was
        well = look(handle, FIELDS_ALONE)


def without(well: Readings, number: int) -> Readings:
    lost = {
        taker.series
        for (field, _), takers in PLAN.fields.items()
        for taker in takers
        if field == number
    }
    return {series: value for series, value in well.items() if series not in lost}
