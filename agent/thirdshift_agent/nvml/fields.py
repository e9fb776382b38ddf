"""What NVML gives in one batch: a number for each field, or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Any

from thirdshift_agent.nvml.library import Unavailable, failure, known


class Field(IntEnum):
    """NVML's numbers, spelled out because older bindings lack some of the names."""

    ECC_CORRECTED = 5
    ECC_UNCORRECTED = 6
    MEMORY_CELSIUS = 82
    ENERGY_MILLIJOULES = 83
    REMAPPED_CORRECTABLE = 142
    REMAPPED_UNCORRECTABLE = 143
    REMAP_PENDING = 144
    REMAP_FAILED = 145
    POWER_AVERAGE_MILLIWATTS = 185
    POWER_LIMIT_MILLIWATTS = 190
    RECOVERY_ACTION = 230


_MEMBERS = ("dVal", "uiVal", "ulVal", "ullVal", "sllVal", "siVal", "usVal")
"""Where the value lies, by the type that NVML says it has."""


def decoded(values: Iterable[Any]) -> dict[Field, Any]:
    """Return the fields that have a value. Raises `GpuLostError` and `DriverError`."""
    found = {Field(value.fieldId): _value(value) for value in values}
    return {field: value for field, value in found.items() if value is not None}


def _value(field: Any) -> Any:
    if field.nvmlReturn == 0:
        inside = field.valueType < len(_MEMBERS)
        return known(getattr(field.value, _MEMBERS[field.valueType])) if inside else None
    error = failure(field.nvmlReturn, f"field {field.fieldId}")
    if isinstance(error, Unavailable):
        return None
    raise error
