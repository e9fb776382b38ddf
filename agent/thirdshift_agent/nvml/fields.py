"""What NVML gives in one batch: a number for each field, or nothing."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from ctypes import c_char, c_int
from typing import Any

from thirdshift_agent.nvml.library import Unavailable, failure, known, raw_call

FIELDS = "nvmlDeviceGetFieldValues"

FieldKey = tuple[int, int]
"""Number and scope."""

_VALUE = struct.Struct("=IIqqIiQ")
"""`nvmlFieldValue_t`: field, scope, timestamp, latency, type, error code, value."""

_DOUBLE, _BITS = struct.Struct("=d"), struct.Struct("=Q")


class Batch:
    """Fields of one GPU that are asked for together, again and again. For one thread at a time.

    The binding's own call builds its array anew each time, which costs more than NVML's answer.
    """

    def __init__(self, handle: Any, wanted: Sequence[FieldKey]) -> None:
        self.wanted = tuple(wanted)
        self._handle = handle
        self._buffer = bytearray(_VALUE.size * len(wanted))
        self._array = (c_char * len(self._buffer)).from_buffer(self._buffer)
        for place, (number, scope) in enumerate(wanted):
            _VALUE.pack_into(self._buffer, place * _VALUE.size, number, scope, 0, 0, 0, 0, 0)

    def ask(self) -> Iterator[tuple[FieldKey, int, int, int]]:
        """Each field with its error code, the type of its value, and the value's eight bytes.

        Raises `GpuLostError`, `DriverError`, and `Unavailable` for the batch as a whole.
        """
        raw_call(FIELDS, self._handle, c_int(len(self.wanted)), self._array)
        for key, answer in zip(self.wanted, _VALUE.iter_unpack(self._buffer), strict=True):
            yield key, answer[5], answer[4], answer[6]


def number_of(kind: int, bits: int) -> float | None:
    """The value in eight bytes of one of NVML's types; None for a blank or an unknown type."""
    if kind >= len(_READ):
        return None
    number: float | None = known(_READ[kind](bits))
    return number


def refusal(code: int, field: int) -> Unavailable:
    """What the error code of one field means. Raises `GpuLostError` and `DriverError`."""
    error = failure(code, f"field {field}")
    if isinstance(error, Unavailable):
        return error
    raise error


def _double(bits: int) -> float:
    (number,) = _DOUBLE.unpack(_BITS.pack(bits))
    return float(number)


def _signed(width: int) -> Callable[[int], int]:
    sign, mask = 1 << width - 1, (1 << width) - 1
    return lambda bits: (bits & mask ^ sign) - sign


def _unsigned(width: int) -> Callable[[int], int]:
    mask = (1 << width) - 1
    return lambda bits: bits & mask


_READ: tuple[Callable[[int], float], ...] = (
    _double,
    _unsigned(32),
    _unsigned(64),
    _unsigned(64),
    _signed(64),
    _signed(32),
    _unsigned(16),
)
"""By NVML's number of the type."""
