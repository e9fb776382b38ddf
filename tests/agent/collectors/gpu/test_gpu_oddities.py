"""What is not a plain number: bits, states, parts, answers of older drivers, and blanks."""

from __future__ import annotations

import pynvml
import pytest

from servers.nvml_library import NvmlLibrary
from thirdshift_agent.collectors.gpu.throttle import ThrottleReason
from thirdshift_agent.collectors.row import Readings, Series
from thirdshift_agent.gpu import GpuLostError
from thirdshift_agent.nvml import NvmlDriver
from thirdshift_agent.wire import RecoveryAction

GPU, GIB = 3, 1 << 30


def read(driver: NvmlDriver) -> Readings:
    return driver.gpus()[GPU].read(lambda call: None, in_full=True)


def ones(readings: Readings, row: str) -> set[str]:
    """Labels of the row's series that are 1; every other one must be 0."""
    its = {labels: value for (name, labels), value in readings.items() if name == row}
    assert set(its.values()) <= {0.0, 1.0}
    return {labels[0] for labels, value in its.items() if value}


def words(readings: Readings, row: str) -> set[str]:
    return {labels[0] for name, labels in readings if name == row}


@pytest.mark.parametrize(("bit", "reason"), list(enumerate(ThrottleReason)))
def test_each_bit_is_one_reason(
    library: NvmlLibrary, driver: NvmlDriver, bit: int, reason: ThrottleReason
) -> None:
    library.set("throttle", 1 << bit, gpu=GPU)
    assert ones(read(driver), "throttle_reason") == {reason.value}


def test_bits_that_nobody_knows_are_no_reason(library: NvmlLibrary, driver: NvmlDriver) -> None:
    library.set("throttle", 0xFFFF_FE00, gpu=GPU)
    assert ones(read(driver), "throttle_reason") == set()


@pytest.mark.parametrize("code", range(10))
def test_what_the_gpu_asks_for_is_a_state_and_a_code_even_where_it_has_no_name(
    library: NvmlLibrary, driver: NvmlDriver, code: int
) -> None:
    library.set("field.230", code, gpu=GPU)
    found, named = read(driver), [action.value for action in RecoveryAction]
    assert ones(found, "recovery_action") == set(named[code : code + 1])
    assert words(found, "recovery_action") == set(named)
    assert found["recovery_action_code", ()] == code


@pytest.mark.parametrize(
    ("mask", "known", "suffered"),
    [
        (0x000, set(), set()),
        (0x1AA, {0, 1, 2, 3, 4}, set()),
        (0x001, {0}, {0}),
        (0x002, {0}, set()),
        (0x004, {1}, {1}),
        (0x010, {2}, {2}),
        (0x040, {3}, {3}),
        (0x055, {0, 1, 2, 3}, {0, 1, 2, 3}),
        (0x100, {4}, set()),
        (0x200, {4}, {4}),
        (0x600, {4}, {4}),
        (0x003, set(), set()),
    ],
)
def test_a_health_mask_has_two_bits_for_each_ailment_and_four_for_the_setup(
    library: NvmlLibrary, driver: NvmlDriver, mask: int, known: set[int], suffered: set[int]
) -> None:
    library.set("fabric.health", mask, gpu=GPU)
    ailments = ["bandwidth_degraded", "route_recovering", "route_unhealthy"]
    ailments += ["access_timeout_recovering", "misconfigured"]
    found = read(driver)
    assert words(found, "fabric_suffers") == {ailments[place] for place in known}
    assert ones(found, "fabric_suffers") == {ailments[place] for place in suffered}


@pytest.mark.parametrize(
    ("state", "name"),
    [(0, "not_supported"), (1, "not_started"), (2, "in_progress"), (3, "completed"), (4, None)],
)
def test_an_error_of_joining_the_fabric_is_one_only_once_joining_is_over(
    library: NvmlLibrary, driver: NvmlDriver, state: int, name: str | None
) -> None:
    library.set("fabric.state", state, gpu=GPU)
    library.set("fabric.status", 999, gpu=GPU)
    found = read(driver)
    assert ones(found, "fabric_state") == ({name} if name else set())
    assert found.get(("fabric_error_code", ())) == (999 if name == "completed" else None)
    assert bool(words(found, "fabric_info")) == (state > 0)


def test_an_older_binding_tells_of_the_fabric_too(
    library: NvmlLibrary, driver: NvmlDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.set("fabric.health", 0x001, gpu=GPU)
    usual = {series: value for series, value in read(driver).items() if "fabric" in series[0]}
    assert len(usual) == 7
    driver.close()
    monkeypatch.delattr(pynvml, "c_nvmlGpuFabricInfo_v3_t")
    found = read(driver)
    assert {series: value for series, value in found.items() if "fabric" in series[0]} == usual


def test_errors_of_the_sram_come_from_the_older_counters_where_there_are_no_newer_ones(
    library: NvmlLibrary, driver: NvmlDriver
) -> None:
    library.set("error.nvmlDeviceGetSramEccErrorStatus", 13, gpu=GPU)
    expected: dict[Series, float] = {}
    for span, row in enumerate(("ecc_volatile_errors_total", "ecc_errors_total")):
        for kind, severity in enumerate(("corrected", "uncorrected")):
            count = 100 + 10 * span + kind
            library.set(f"ecc.{kind}.{span}.7", count, gpu=GPU)
            expected[row, (severity, "sram")] = count
    found = read(driver)
    assert {series: found[series] for series in expected} == expected
    assert ("ecc_sram_threshold_exceeded", ()) not in found


def test_a_divided_gpu_tells_of_its_parts(library: NvmlLibrary, driver: NvmlDriver) -> None:
    library.set("mig.count", 2, gpu=GPU)
    library.set("mig.1.memory_used", 3 * GIB, gpu=GPU)
    library.set("mig.0.memory_used", 0, gpu=GPU)
    found = read(driver)
    assert found["mig_enabled", ()] == 1
    assert {labels[:3] for name, labels in found if name == "mig_instance_info"} == {
        ("7", "0", "MIG-00000003-0000-5000-8000-000000000000"),
        ("8", "0", "MIG-00000003-0000-5000-8000-000000000001"),
    }
    assert found["mig_memory_used_bytes", ("7", "0")] == 0
    assert found["mig_memory_used_bytes", ("8", "0")] == 3 * GIB
    assert found["mig_memory_total_bytes", ("8", "0")] == 9856 << 20


def test_memory_of_a_part_that_is_not_told_has_no_reading(
    library: NvmlLibrary, driver: NvmlDriver
) -> None:
    library.set("mig.count", 1, gpu=GPU)
    library.set("mig.0.memory_used", -1, gpu=GPU)
    found = read(driver)
    assert ("mig_memory_used_bytes", ("7", "0")) not in found
    assert ("mig_memory_total_bytes", ("7", "0")) in found


def test_a_gpu_that_is_lost_among_its_parts_is_lost(
    library: NvmlLibrary, driver: NvmlDriver
) -> None:
    library.set("mig.count", 1, gpu=GPU)
    library.set("error.nvmlDeviceGetGpuInstanceId", 15, gpu=GPU)
    with pytest.raises(GpuLostError):
        read(driver)


BLANKS = [
    ("temperature", "temperature_celsius"),
    ("margin", "temperature_margin_celsius"),
    ("threshold.0", "temperature_threshold_celsius"),
    ("fan.1", "fan_speed_ratio"),
    ("utilisation", "utilisation_ratio"),
    ("memory_utilisation", "memory_utilisation_ratio"),
    ("sm_clock", "sm_clock_hertz"),
    ("memory_clock", "memory_clock_hertz"),
    ("sm_clock_max", "sm_clock_max_hertz"),
    ("memory_clock_max", "memory_clock_max_hertz"),
    ("video_clock", "video_clock_hertz"),
    ("performance_state", "performance_state"),
    ("encoder_utilisation", "encoder_utilisation_ratio"),
    ("decoder_utilisation", "decoder_utilisation_ratio"),
    ("memory_total", "memory_total_bytes"),
    ("memory_reserved", "memory_reserved_bytes"),
    ("bar1_total", "bar1_total_bytes"),
    ("bar1_used", "bar1_used_bytes"),
    ("banks.full", "remap_banks"),
    ("banks.none", "remap_banks"),
    ("sram.threshold_exceeded", "ecc_sram_threshold_exceeded"),
    ("pcie_generation", "pcie_generation"),
    ("pcie_width", "pcie_width"),
    ("pcie_generation_max", "pcie_generation_max"),
    ("pcie_width_max", "pcie_width_max"),
    ("throttle", "throttle_reason"),
]
"""Keys of the library that stand for what a call answers; the fields are tried elsewhere."""


@pytest.mark.parametrize(("key", "row"), BLANKS)
def test_a_blank_in_an_answer_is_no_reading(
    library: NvmlLibrary, driver: NvmlDriver, key: str, row: str
) -> None:
    library.set("fans", 2, gpu=GPU)
    before = len([series for series in read(driver) if series[0] == row])
    library.set(key, -1, gpu=GPU)
    found = {series: value for series, value in read(driver).items() if series[0] == row}
    assert len(found) == (0 if row == "throttle_reason" else before - 1)


@pytest.mark.parametrize("part", [0, 1, 3, 4])
def test_a_sum_of_which_a_part_is_blank_is_asked_of_the_older_counters(
    library: NvmlLibrary, driver: NvmlDriver, part: int
) -> None:
    library.set(f"sram.{part}", -1, gpu=GPU)
    library.set(f"ecc.1.{int(part < 2)}.7", 77, gpu=GPU)
    row = "ecc_errors_total" if part < 2 else "ecc_volatile_errors_total"
    assert read(driver)[row, ("uncorrected", "sram")] == 77


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("field.82", "memory_temperature_celsius"),
        ("field.83", "energy_joules_total"),
        ("threshold.3", "temperature_threshold_celsius"),
    ],
)
def test_a_zero_that_stands_for_nothing_is_no_reading(
    library: NvmlLibrary, driver: NvmlDriver, key: str, row: str
) -> None:
    before = len([series for series in read(driver) if series[0] == row])
    library.set(key, 0, gpu=GPU)
    assert len([series for series in read(driver) if series[0] == row]) == before - 1


def test_an_unknown_performance_state_is_no_reading(
    library: NvmlLibrary, driver: NvmlDriver
) -> None:
    library.set("performance_state", pynvml.NVML_PSTATE_UNKNOWN, gpu=GPU)
    assert ("performance_state", ()) not in read(driver)
