"""A sample as the controller reads it: the few values that decisions are made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thirdshift_agent.collectors.gpu.recovery import ACTION
from thirdshift_agent.collectors.gpu.throttle import ThrottleReason
from thirdshift_agent.collectors.row import Series
from thirdshift_agent.sampling.sample import GpuSample, Sample
from thirdshift_agent.wire import GpuReading, RecoveryAction, Snapshot

_NUMBERS: Mapping[str, Series] = {
    "temperature_celsius": ("temperature_celsius", ()),
    "memory_temperature_celsius": ("memory_temperature_celsius", ()),
    "power_watts": ("power_watts", ()),
    "power_limit_watts": ("power_limit_watts", ()),
    "energy_joules_total": ("energy_joules_total", ()),
    "sm_clock_hertz": ("sm_clock_hertz", ()),
    "memory_clock_hertz": ("memory_clock_hertz", ()),
    "utilisation_ratio": ("utilisation_ratio", ()),
}
_COUNTS: Mapping[str, Series] = {
    "memory_used_bytes": ("memory_used_bytes", ()),
    "memory_total_bytes": ("memory_total_bytes", ()),
    "remapped_rows_correctable_total": ("remapped_rows_total", ("correctable",)),
    "remapped_rows_uncorrectable_total": ("remapped_rows_total", ("uncorrectable",)),
    "pcie_generation": ("pcie_generation", ()),
    "pcie_generation_max": ("pcie_generation_max", ()),
    "pcie_width": ("pcie_width", ()),
    "pcie_width_max": ("pcie_width_max", ()),
}
_FLAGS: Mapping[str, Series] = {
    "remap_pending": ("remap_pending", ()),
    "remap_failed": ("remap_failed", ()),
}
_VALUES: Mapping[type, Mapping[str, Series]] = {float: _NUMBERS, int: _COUNTS, bool: _FLAGS}
"""By the type that the field has on the wire."""
_LOCATIONS = ("dram", "sram")


def published(sample: Sample) -> Snapshot:
    """Return what a report carries of the sample."""
    gpus = tuple(_gpu(gpu) for gpu in sample.gpus)
    return Snapshot(
        sample.taken_at, sample.driver_version, gpus, sample.problems, standing=sample.standing
    )


def _gpu(gpu: GpuSample) -> GpuReading:
    told = gpu.readings
    values: dict[str, Any] = {
        name: kind(told[series])
        for kind, names in _VALUES.items()
        for name, series in names.items()
        if series in told
    }
    return GpuReading(
        gpu.identity,
        gpu.presence,
        gpu.seen_at,
        gpu.hung_call,
        gpu.hung_seconds,
        ecc_corrected_total=_errors(gpu, "corrected"),
        ecc_uncorrected_total=_errors(gpu, "uncorrected"),
        throttle_reasons=_reasons(gpu),
        recovery_action=_action(gpu),
        **values,
    )


def _errors(gpu: GpuSample, severity: str) -> int | None:
    told = [gpu.value("ecc_errors_total", (severity, location)) for location in _LOCATIONS]
    known = [count for count in told if count is not None]
    return int(sum(known)) if len(known) == len(told) else None


def _reasons(gpu: GpuSample) -> tuple[str, ...] | None:
    told = {reason: gpu.value("throttle_reason", (reason.value,)) for reason in ThrottleReason}
    if all(value is None for value in told.values()):
        return None
    return tuple(reason.value for reason, value in told.items() if value)


def _action(gpu: GpuSample) -> RecoveryAction | None:
    return next((action for action in RecoveryAction if gpu.value(ACTION, (action.value,))), None)
