"""A batch of fields: how a value lies in its eight bytes, and what is none."""

from __future__ import annotations

import math
from typing import Any

import pynvml
import pytest

from thirdshift_agent.nvml.fields import Answered, batch

WIDE = 1 << 64


def answer(monkeypatch: pytest.MonkeyPatch, kind: int, member: str, value: Any) -> Answered:
    told = (pynvml.c_nvmlFieldValue_t * 1)()
    told[0].fieldId, told[0].valueType, told[0].nvmlReturn = 82, kind, 0
    setattr(told[0].value, member, value)
    monkeypatch.setattr(pynvml, "nvmlDeviceGetFieldValues", lambda handle, wanted: told)
    (found,) = batch(None, [(82, 0)])
    return found


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
    monkeypatch: pytest.MonkeyPatch, kind: int, member: str, value: Any, reading: Any
) -> None:
    assert answer(monkeypatch, kind, member, value) == Answered((82, 0), reading)


def test_what_lies_beyond_a_short_value_is_not_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rest = 0xDEAD_BEEF_0000_0000
    assert answer(monkeypatch, 1, "ullVal", rest | 61).value == 61
    assert answer(monkeypatch, 5, "ullVal", rest | 0xFFFF_FFF8).value == -8
    assert answer(monkeypatch, 6, "ullVal", rest | 0xFFFF_0010).value == 16
