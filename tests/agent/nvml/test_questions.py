"""How a GPU is asked: in as few calls as can be, and never twice for what it does not have."""

from __future__ import annotations

import math
from typing import Any

import pytest

from fakes.full_gpu import DIVIDED, PLAN, WHOLE, Noting, equip
from servers.nvml_library import NvmlLibrary
from thirdshift_agent.collectors.gpu import DEFAULT
from thirdshift_agent.collectors.row import Readings
from thirdshift_agent.nvml import NvmlDriver
from thirdshift_agent.nvml.device import LEARN_ANEW_EVERY
from thirdshift_agent.nvml.fields import FIELDS
from thirdshift_agent.nvml.plan import Plan
from thirdshift_agent.nvml.questions import MOST_FIELDS, Questions

Handles = dict[int, Any]
LASTING, PASSING = [2, 3, 13, 25], [4, 5, 6, 7, 10, 14, 16, 17, 19, 20, 21, 22, 999]
UTILISATION = "nvmlDeviceGetUtilizationRates"


def names(readings: Readings) -> set[str]:
    return {name for name, _ in readings}


def read(driver: NvmlDriver, gpu: int = WHOLE) -> Readings:
    return driver.gpus()[gpu].read(lambda call: None, in_full=True)


def test_every_row_is_read_of_a_whole_gpu_or_of_a_divided_one(handles: Handles) -> None:
    found = {n for handle in handles.values() for n in names(Questions(PLAN, Noting(handle)).ask())}
    assert found == {row.name for each in DEFAULT for row in each.rows}


@pytest.mark.parametrize("gpu", [WHOLE, DIVIDED])
def test_no_call_is_made_twice_in_one_look(handles: Handles, gpu: int) -> None:
    asker = Noting(handles[gpu])
    questions = Questions(PLAN, asker)
    questions.ask()
    assert len(asker.asked) == len(set(asker.asked))
    assert asker.made.count(FIELDS) == math.ceil(len(PLAN.fields) / MOST_FIELDS)
    assert len(PLAN.fields) > MOST_FIELDS, "several batches are needed"


@pytest.mark.parametrize(
    ("first", "next_best", "name"),
    [
        ("field_error.185", "nvmlDeviceGetPowerUsage", "power_watts"),
        ("field_error.190", "nvmlDeviceGetEnforcedPowerLimit", "power_limit_watts"),
        ("error.nvmlDeviceGetTemperatureV", "nvmlDeviceGetTemperature", "temperature_celsius"),
        ("error.nvmlDeviceGetMemoryInfo_v2", "nvmlDeviceGetMemoryInfo", "memory_used_bytes"),
        (
            "error.nvmlDeviceGetCurrentClocksEventReasons",
            "nvmlDeviceGetCurrentClocksThrottleReasons",
            "throttle_reason",
        ),
        (
            "error.nvmlDeviceGetSramEccErrorStatus",
            "nvmlDeviceGetMemoryErrorCounter",
            "ecc_volatile_errors_total",
        ),
    ],
)
@pytest.mark.parametrize("code", [3, 999])
def test_the_next_best_source_is_asked_only_where_the_first_gives_nothing(
    library: NvmlLibrary, handles: Handles, first: str, next_best: str, name: str, code: int
) -> None:
    def count_and_readings() -> tuple[int, set[tuple[str, ...]]]:
        asker = Noting(handles[WHOLE])
        found = Questions(PLAN, asker).ask()
        return asker.made.count(next_best), {labels for row, labels in found if row == name}

    usual, labels = count_and_readings()
    library.set(first, code, gpu=WHOLE)
    count, same = count_and_readings()
    assert (count > usual, same) == (True, labels)


@pytest.mark.parametrize("code", LASTING + PASSING)
def test_a_call_that_is_not_supported_is_made_once_and_any_other_again(
    library: NvmlLibrary, handles: Handles, code: int
) -> None:
    asker = Noting(handles[WHOLE])
    questions = Questions(PLAN, asker)
    library.set(f"error.{UTILISATION}", code, gpu=WHOLE)
    assert "utilisation_ratio" not in names(questions.ask())
    library.clear(f"error.{UTILISATION}", gpu=WHOLE)
    assert ("utilisation_ratio" in names(questions.ask())) == (code in PASSING)
    assert asker.made.count(UTILISATION) == 1 + (code in PASSING)


@pytest.mark.parametrize("code", LASTING + PASSING)
def test_a_field_that_is_not_supported_is_asked_for_once_and_any_other_again(
    library: NvmlLibrary, handles: Handles, code: int
) -> None:
    asker = Noting(handles[WHOLE])
    questions = Questions(PLAN, asker)
    library.set("field_error.161.4", code, gpu=WHOLE)
    library.set("field.82", -1, gpu=WHOLE)
    lost = ("nvlink_errors_total", ("4", "replay"))
    assert lost not in questions.ask()
    library.clear("field_error.161.4", gpu=WHOLE)
    assert (lost in questions.ask()) == (code in PASSING)
    assert ((161, 4) in asker.wanted) == (code in PASSING)
    assert {(161, 3), (82, 0)} <= set(asker.wanted), "a blank may be filled in"


@pytest.mark.parametrize("code", [2, 3, 7, 13, 999])
def test_a_batch_that_gives_nothing_costs_its_own_readings_alone(
    library: NvmlLibrary, handles: Handles, code: int
) -> None:
    rest = Plan(calls=PLAN.calls, several=PLAN.several)
    without_fields = Questions(rest, Noting(handles[WHOLE])).ask()
    asker = Noting(handles[WHOLE])
    questions = Questions(PLAN, asker)
    library.set(f"error.{FIELDS}", code, gpu=WHOLE)
    found = questions.ask()
    assert (found.keys(), found["pcie_width", ()]) == (without_fields.keys(), 16.0)
    library.clear(f"error.{FIELDS}", gpu=WHOLE)
    assert questions.ask()["power_instant_watts", ()] == 338.0


def test_in_a_new_session_everything_is_asked_again(
    library: NvmlLibrary, driver: NvmlDriver
) -> None:
    library.set(f"error.{UTILISATION}", 3, gpu=WHOLE)
    assert "utilisation_ratio" not in names(read(driver))
    library.clear(f"error.{UTILISATION}", gpu=WHOLE)
    assert "utilisation_ratio" not in names(read(driver)), "the same GPU has learnt"
    driver.close()
    assert "utilisation_ratio" in names(read(driver))


def test_a_gpu_that_is_whole_again_is_asked_again_for_what_it_hid(
    library: NvmlLibrary, driver: NvmlDriver
) -> None:
    equip(library)
    (gpu,) = (gpu for gpu in driver.gpus() if gpu.identity.slot == DIVIDED)
    hidden = {"utilisation_ratio", "remap_pending"}
    divided = gpu.read(lambda call: None, in_full=True)
    assert not hidden & names(divided)
    library.clear("mig.count", gpu=DIVIDED)
    reads = [gpu.read(lambda call: None, in_full=True) for _ in range(LEARN_ANEW_EVERY)]
    assert not hidden & names(reads[-2])
    assert hidden <= names(reads[-1])


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({}, (4242, 4243)),
        ({"error.nvmlDeviceGetGraphicsRunningProcesses_v3": 3}, (4242,)),
        ({"error.nvmlDeviceGetComputeRunningProcesses_v3": 999}, None),
    ],
)
def test_who_uses_a_gpu_is_unknown_where_the_driver_does_not_say(
    library: NvmlLibrary, driver: NvmlDriver, broken: dict[str, int], told: tuple[int, ...] | None
) -> None:
    library.set("process.0", 4242, gpu=WHOLE)
    library.set("process.0.memory", 5 << 30, gpu=WHOLE)
    library.set("graphics.0", 4243, gpu=WHOLE)
    for key, code in broken.items():
        library.set(key, code, gpu=WHOLE)
    found = driver.gpus()[WHOLE].processes(lambda call: None)
    assert (None if found is None else tuple(one.pid for one in found)) == told
    assert not found or found[0].memory_bytes == 5 << 30
