"""What a controller is told of a GPU: every value in base units, and what older drivers say."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pynvml
import pytest

from fakes.reading import told_by
from servers.nvml_library import NvmlLibrary
from thirdshift_agent.gpu import DriverError, GpuLostError
from thirdshift_agent.nvml import NvmlDriver
from thirdshift_agent.wire import RecoveryAction, Values

BLANK, WIDE_BLANK = 0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF

ERROR_CODES = sorted(
    value for name, value in vars(pynvml).items() if name.startswith("NVML_ERROR_")
)
GONE, NODE_WIDE = {15, 28}, {1, 9, 12, 18}
HERE_ONLY = [code for code in ERROR_CODES if code not in GONE | NODE_WIDE]

HEALTHY = Values(
    temperature_celsius=53,
    memory_temperature_celsius=61,
    power_watts=342.5,
    power_limit_watts=700.0,
    energy_joules_total=123_456.789,
    sm_clock_hertz=1.755e9,
    memory_clock_hertz=2.619e9,
    utilisation_ratio=0.98,
    memory_used_bytes=20 * 1024**3,
    memory_total_bytes=80 * 1024**3,
    ecc_corrected_total=12,
    ecc_uncorrected_total=1,
    remapped_rows_correctable_total=0,
    remapped_rows_uncorrectable_total=2,
    remap_pending=False,
    remap_failed=False,
    throttle_reasons=(),
    pcie_generation=5,
    pcie_generation_max=5,
    pcie_width=16,
    pcie_width_max=16,
    recovery_action=RecoveryAction.NONE,
)


def read(driver: NvmlDriver, slot: int = 3) -> Values:
    told = told_by(driver.gpus()[slot])
    return Values(**{each.name: getattr(told, each.name) for each in fields(Values)})


def test_a_gpu_is_read_in_base_units(driver: NvmlDriver) -> None:
    assert read(driver) == HEALTHY


def test_every_value_is_read(driver: NvmlDriver) -> None:
    values = read(driver)
    assert [f.name for f in fields(values) if getattr(values, f.name) is None] == []


@pytest.mark.parametrize("code", HERE_ONLY)
def test_a_call_that_gives_nothing_costs_only_its_own_value(
    library: NvmlLibrary, driver: NvmlDriver, code: int
) -> None:
    library.set("error.nvmlDeviceGetUtilizationRates", code, gpu=3)
    assert read(driver) == replace(HEALTHY, utilisation_ratio=None)


@pytest.mark.parametrize("code", sorted(GONE))
def test_a_gpu_that_is_gone_says_so(library: NvmlLibrary, driver: NvmlDriver, code: int) -> None:
    library.set("error.nvmlDeviceGetUtilizationRates", code, gpu=3)
    with pytest.raises(GpuLostError, match=f"nvmlDeviceGetUtilizationRates.*{code}"):
        read(driver)


@pytest.mark.parametrize("code", sorted(NODE_WIDE))
def test_a_driver_that_is_gone_is_not_the_fault_of_the_gpu(
    library: NvmlLibrary, driver: NvmlDriver, code: int
) -> None:
    library.set("error.nvmlDeviceGetUtilizationRates", code, gpu=3)
    with pytest.raises(DriverError):
        read(driver)


@pytest.mark.parametrize("code", HERE_ONLY)
def test_a_field_that_gives_nothing_costs_only_its_own_value(
    library: NvmlLibrary, driver: NvmlDriver, code: int
) -> None:
    library.set("field_error.230", code, gpu=3)
    assert read(driver) == replace(HEALTHY, recovery_action=None)


def test_a_field_can_tell_that_the_gpu_is_gone(library: NvmlLibrary, driver: NvmlDriver) -> None:
    library.set("field_error.83", 15, gpu=3)
    with pytest.raises(GpuLostError):
        read(driver)


def test_a_gpu_that_answers_nothing_is_lost(library: NvmlLibrary, driver: NvmlDriver) -> None:
    gpu = driver.gpus()[3]
    library.set("error.*", 999, gpu=3)
    with pytest.raises(GpuLostError, match="it answers no call any more"):
        told_by(gpu)


@pytest.mark.parametrize(
    ("key", "value", "name"),
    [
        ("temperature", BLANK, "temperature_celsius"),
        ("field.82", BLANK, "memory_temperature_celsius"),
        ("field.82", 0, "memory_temperature_celsius"),
        ("field.83", WIDE_BLANK, "energy_joules_total"),
        ("field.83", 0, "energy_joules_total"),
        ("sm_clock", BLANK, "sm_clock_hertz"),
        ("utilisation", BLANK, "utilisation_ratio"),
        ("memory_total", WIDE_BLANK, "memory_total_bytes"),
        ("field.22", WIDE_BLANK, "ecc_corrected_total"),
        ("field.144", BLANK, "remap_pending"),
        ("pcie_width", BLANK, "pcie_width"),
        ("throttle", WIDE_BLANK, "throttle_reasons"),
        ("field.230", BLANK, "recovery_action"),
        ("field.230", 8, "recovery_action"),
    ],
)
def test_a_blank_is_no_value(
    library: NvmlLibrary, driver: NvmlDriver, key: str, value: int, name: str
) -> None:
    library.set(key, value, gpu=3)
    values = read(driver)
    assert getattr(values, name) is None
    assert replace(values, **{name: getattr(HEALTHY, name)}) == HEALTHY


@pytest.mark.parametrize(
    ("absent", "changed"),
    [
        ({"field_error.185": 2}, {"power_watts": 341.0}),
        ({"field_error.190": 3}, {"power_limit_watts": 650.0}),
        ({"error.nvmlDeviceGetMemoryInfo_v2": 13}, {"memory_used_bytes": 21 * 1024**3}),
        ({"error.nvmlDeviceGetTemperatureV": 13}, {}),
        ({"error.nvmlDeviceGetCurrentClocksEventReasons": 13}, {}),
    ],
)
def test_an_older_driver_is_asked_the_older_way(
    library: NvmlLibrary, driver: NvmlDriver, absent: dict[str, int], changed: dict[str, Any]
) -> None:
    for key, code in absent.items():
        library.set(key, code)
    assert read(driver) == replace(HEALTHY, **changed)


def test_an_older_binding_is_asked_the_older_way(
    driver: NvmlDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(pynvml, "nvmlDeviceGetTemperatureV")
    assert read(driver) == HEALTHY


def test_reasons_that_hold_the_clocks_back_have_names(
    library: NvmlLibrary, driver: NvmlDriver
) -> None:
    library.set("throttle", 0x8000 | 0x80 | 0x40 | 0x4, gpu=3)
    assert read(driver).throttle_reasons == (
        "sw_power_cap",
        "hw_thermal_slowdown",
        "hw_power_brake",
    )


@pytest.mark.parametrize(("number", "action"), list(enumerate(RecoveryAction)))
def test_what_the_gpu_asks_for_has_a_name(
    library: NvmlLibrary, driver: NvmlDriver, number: int, action: RecoveryAction
) -> None:
    library.set("field.230", number, gpu=3)
    assert read(driver).recovery_action is action


def test_rows_that_wait_or_failed_to_be_remapped_are_told(
    library: NvmlLibrary, driver: NvmlDriver
) -> None:
    library.set("field.144", 1, gpu=3)
    library.set("field.145", 1, gpu=3)
    assert read(driver) == replace(HEALTHY, remap_pending=True, remap_failed=True)


def test_each_call_is_named_before_it_is_made(library: NvmlLibrary, driver: NvmlDriver) -> None:
    library.set("error.nvmlDeviceGetUtilizationRates", 15, gpu=3)
    calls: list[str] = []
    with pytest.raises(GpuLostError):
        told_by(driver.gpus()[3], calls.append)
    assert calls[-1] == "nvmlDeviceGetUtilizationRates"
