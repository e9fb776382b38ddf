"""What a controller is told of a sample: each field from its reading, none from none."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from thirdshift_agent.collectors.gpu import ALL
from thirdshift_agent.collectors.gpu.source import Several
from thirdshift_agent.collectors.row import Readings, Series
from thirdshift_agent.sampling.published import published
from thirdshift_agent.sampling.sample import GpuSample, Sample
from thirdshift_agent.wire import (
    GpuIdentity,
    GpuPresence,
    GpuReading,
    RecoveryAction,
    SignalKind,
    Snapshot,
    StandingState,
    Values,
)

AT = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
CARD = GpuIdentity(3, "GPU-3", "S3", "00000000:3b:00.0", "H100")

ONE_TO_ONE = {
    "temperature_celsius": (53.0, 53.0),
    "memory_temperature_celsius": (61.0, 61.0),
    "power_watts": (342.5, 342.5),
    "power_limit_watts": (700.0, 700.0),
    "energy_joules_total": (123_456.789, 123_456.789),
    "sm_clock_hertz": (1.755e9, 1.755e9),
    "memory_clock_hertz": (2.619e9, 2.619e9),
    "utilisation_ratio": (0.98, 0.98),
    "memory_used_bytes": (2.0**35, 2**35),
    "memory_total_bytes": (2.0**36, 2**36),
    "remap_pending": (1.0, True),
    "remap_failed": (1.0, True),
    "pcie_generation": (4.0, 4),
    "pcie_generation_max": (5.0, 5),
    "pcie_width": (8.0, 8),
    "pcie_width_max": (16.0, 16),
}
"""Fields that have their row's name: the reading, and the value on the wire."""
CAUSES = ("correctable", "uncorrectable")
REMAPPED = {f"remapped_rows_{cause}_total": cause for cause in CAUSES}


def gpu(readings: Readings) -> GpuReading:
    sample = GpuSample(CARD, GpuPresence.PRESENT, AT, readings=readings)
    return published(Sample(AT, None, (sample,))).gpus[0]


def one(name: str, *labels: str, value: float = 1.0) -> dict[Series, float]:
    return {(name, labels): value}


NOTHING = gpu({})


def changed(name: str, value: Any) -> GpuReading:
    return replace(NOTHING, **{name: value})


@pytest.mark.parametrize("name", ONE_TO_ONE)
def test_a_field_has_its_rows_reading_and_its_own_type(name: str) -> None:
    reading, value = ONE_TO_ONE[name]
    assert gpu(one(name, value=reading)) == changed(name, value)
    found = getattr(gpu(one(name, value=0.0)), name)
    assert (found, type(found)) == (0, type(value)), "zero is a reading"


@pytest.mark.parametrize(("name", "cause"), REMAPPED.items())
def test_remapped_rows_are_counted_by_cause(name: str, cause: str) -> None:
    assert gpu(one("remapped_rows_total", cause, value=2)) == changed(name, 2)


@pytest.mark.parametrize("severity", ["corrected", "uncorrected"])
def test_memory_errors_are_those_of_all_memory_and_none_where_a_part_is_not_known(
    severity: str,
) -> None:
    def errors(**counts: float) -> int | None:
        row = "ecc_errors_total"
        found = gpu({(row, (severity, where)): count for where, count in counts.items()})
        value: int | None = getattr(found, f"ecc_{severity}_total")
        return value

    assert errors(dram=12, sram=3) == 15
    assert errors(dram=0, sram=0) == 0
    assert (errors(dram=12), errors(sram=12), errors()) == (None, None, None)


def test_reasons_are_those_that_are_up_and_none_is_not_unknown() -> None:
    up = one("throttle_reason", "hw_power_brake") | one("throttle_reason", "gpu_idle", value=0)
    assert gpu(up).throttle_reasons == ("hw_power_brake",)
    assert gpu(one("throttle_reason", "gpu_idle", value=0)).throttle_reasons == ()
    assert NOTHING.throttle_reasons is None


@pytest.mark.parametrize("action", RecoveryAction)
def test_what_a_gpu_asks_for_is_the_state_that_is_up(action: RecoveryAction) -> None:
    states: dict[Series, float] = {
        ("recovery_action", (one.value,)): float(one == action) for one in RecoveryAction
    }
    assert gpu(states).recovery_action is action


def test_an_action_without_a_name_is_none() -> None:
    states = {("recovery_action", (one.value,)): 0.0 for one in RecoveryAction}
    assert gpu(states | one("recovery_action_code", value=9)).recovery_action is None


def test_a_gpu_that_told_nothing_has_no_value() -> None:
    assert {getattr(NOTHING, each.name) for each in fields(Values)} == {None}


def test_every_field_is_tested_and_every_reading_of_one_is_read() -> None:
    summed = {"ecc_corrected_total", "ecc_uncorrected_total", "throttle_reasons", "recovery_action"}
    assert {each.name for each in fields(Values)} == {*ONE_TO_ONE, *REMAPPED, *summed}
    read = {
        (row.name, labels)
        for each in ALL
        for row in each.rows
        if not isinstance(row.sources, Several)
        for labels in row.sources
    }
    assert {(name, ()) for name in ONE_TO_ONE} <= read


def test_who_when_and_what_is_wrong_is_passed_on() -> None:
    hung = GpuSample(CARD, GpuPresence.HUNG, None, "nvmlX", 12.5)
    sample = Sample(AT, "580.95.05", (hung,), ("GPU 3: nvmlX has not returned for 12 s",), 8, 0.5)
    stands = StandingState(SignalKind.GPU, "hung", 3)
    sample = replace(sample, standing=(stands,))
    assert published(sample) == Snapshot(
        AT,
        "580.95.05",
        (GpuReading(CARD, GpuPresence.HUNG, None, "nvmlX", 12.5),),
        ("GPU 3: nvmlX has not returned for 12 s",),
        standing=(stands,),
    )
