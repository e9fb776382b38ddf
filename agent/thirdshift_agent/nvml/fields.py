"""What NVML gives in one batch: a number for each field, or nothing."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from thirdshift_agent.nvml.library import Unavailable, call, failure, known

FIELDS = "nvmlDeviceGetFieldValues"

_VALUE = struct.Struct("=IIqqIi8s")
"""`nvmlFieldValue_t`: field, scope, timestamp, latency, type, error code, value."""

_SHAPES = tuple(struct.Struct(f"={letter}") for letter in "dIQQqiH")
"""How the value lies in its eight bytes, by the type that NVML says it has."""


class Answered(NamedTuple):
    """What became of one field. `is_lasting`: it will never have a value here."""

    key: tuple[int, int]
    value: float | None
    is_lasting: bool = False


def batch(handle: Any, wanted: Sequence[tuple[int, int]]) -> Iterator[Answered]:
    """Ask for fields by number and scope.

    Raises `GpuLostError`, `DriverError` and, where the whole batch gives nothing, `Unavailable`.
    """
    answers = memoryview(call(FIELDS, handle, wanted)).cast("B")
    for key, answer in zip(wanted, _VALUE.iter_unpack(answers), strict=True):
        _, _, _, _, kind, code, raw = answer
        if code:
            yield Answered(key, None, _refused(code, key[0]).is_lasting)
        else:
            yield Answered(key, _number(kind, raw))


def _number(kind: int, raw: bytes) -> Any:
    if kind >= len(_SHAPES):
        return None
    (number,) = _SHAPES[kind].unpack_from(raw)
    return known(number)


def _refused(code: int, field: int) -> Unavailable:
    error = failure(code, f"field {field}")
    if isinstance(error, Unavailable):
        return error
    raise error
