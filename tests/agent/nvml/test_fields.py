"""A batch of fields: how a value lies in its eight bytes, and what is none."""

from __future__ import annotations

import math
from typing import Any

import pynvml
import pytest

from fakes.full_gpu import WHOLE
from servers.nvml_library import NvmlLibrary
from thirdshift_agent.nvml.fields import Batch, number_of

WIDE = 1 << 64


def bits(member: str, value: Any) -> int:
    """The eight bytes of a value as the binding's own structure holds it."""
    told = pynvml.c_nvmlFieldValue_t()
    setattr(told.value, member, value)
    return int(told.value.ullVal)


@pytest.mark.parametrize(
    ("kind", "member", "value", "reading"),
    [
        (0, "dVal", 1.5, 1.5),
        (0, "dVal", -0.25, -0.25),
        (0, "dVal", math.nan, None),
        (0, "dVal", math.inf, None),
        (1, "uiVal", 61, 61),
        (1, "uiVal", 0, 0),
        (1, "uiVal", (1 << 32) - 1, None),
        (1, "uiVal", (1 << 32) - 2, (1 << 32) - 2),
        (2, "ulVal", 1 << 40, 1 << 40),
        (2, "ulVal", WIDE - 1, None),
        (3, "ullVal", WIDE - 2, WIDE - 2),
        (3, "ullVal", WIDE - 1, None),
        (4, "sllVal", -(1 << 40), -(1 << 40)),
        (4, "sllVal", -1, None),
        (5, "siVal", -8, -8),
        (5, "siVal", -1, None),
        (6, "usVal", 65_535, 65_535),
        (7, "ullVal", 7, None),
        (WIDE // (1 << 32) - 1, "ullVal", 7, None),
    ],
)
def test_a_value_is_read_by_its_type_and_a_blank_or_an_unknown_type_is_none(
    kind: int, member: str, value: Any, reading: Any
) -> None:
    assert number_of(kind, bits(member, value)) == reading


def test_what_lies_beyond_a_short_value_is_not_part_of_it() -> None:
    rest = 0xDEAD_BEEF_0000_0000
    assert number_of(1, rest | 61) == 61
    assert number_of(5, rest | 0xFFFF_FFF8) == -8
    assert number_of(6, rest | 0xFFFF_0010) == 16


def test_a_batch_lies_in_memory_as_the_binding_declares_it(
    library: NvmlLibrary, handles: dict[int, Any]
) -> None:
    library.set("field.193", -8, gpu=WHOLE)
    library.set("field.161.4", 7, gpu=WHOLE)
    library.set("field_error.82", 999, gpu=WHOLE)
    wanted = [(193, 0), (161, 4), (82, 0)]
    batch = Batch(handles[WHOLE], wanted)
    for _ in range(2):
        told = [(key, code, kind) for key, code, kind, _ in batch.ask()]
        bare = pynvml.nvmlDeviceGetFieldValues(handles[WHOLE], wanted)
        assert told == [((one.fieldId, one.scopeId), one.nvmlReturn, one.valueType) for one in bare]
    numbers = [number_of(kind, its) for _, code, kind, its in batch.ask() if not code]
    assert numbers == [-8, 7]
