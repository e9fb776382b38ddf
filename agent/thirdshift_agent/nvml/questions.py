"""A plan put to one GPU, again and again. What the GPU does not support is not asked twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from thirdshift_agent.collectors.row import Readings, Series
from thirdshift_agent.gpu import Calling
from thirdshift_agent.nvml.fields import FIELDS, Answered, batch
from thirdshift_agent.nvml.library import Unavailable, call, known
from thirdshift_agent.nvml.own import OWN
from thirdshift_agent.nvml.plan import FieldKey, Plan, Taker

MOST_FIELDS = 128
"""How many fields are asked for at once."""


class Asker:
    """Makes calls about one GPU; `None` is what a call gives that the GPU does not support.

    A function that the chip or the driver does not have is never called again.
    """

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self._unsupported: set[object] = set()
        self.calling: Calling = lambda name: None
        self.refusal: Unavailable | None = None

    def __call__(self, function: str, *arguments: Any) -> Any:
        """Raises `GpuLostError` and `DriverError`."""
        key = (function, arguments)
        if key in self._unsupported:
            return None
        self.calling(function)
        try:
            return known(self._made(function)(self._handle, *arguments))
        except Unavailable as error:
            self.refusal = error
            if error.is_lasting:
                self._unsupported.add(key)
            return None

    @staticmethod
    def _made(function: str) -> Callable[..., Any]:
        return OWN.get(function) or partial(call, function)

    def fields(self, wanted: Sequence[FieldKey]) -> Iterator[Answered]:
        """What became of each field."""
        for start in range(0, len(wanted), MOST_FIELDS):
            self.calling(FIELDS)
            try:
                yield from batch(self._handle, wanted[start : start + MOST_FIELDS])
            except Unavailable as error:
                self.refusal = error


class Questions:
    """One plan's state for one GPU. Not for several threads at once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._fields = list(plan.fields)

    def ask(self, asker: Asker) -> Readings:
        """Ask everything once. Raises `GpuLostError` and `DriverError`."""
        readings: dict[Series, float] = {}
        self._ask_fields(asker, readings)
        for (function, arguments), takers in self._plan.calls.items():
            open_ones = [taker for taker in takers if taker.series not in readings]
            if open_ones and (answer := asker(function, *arguments)) is not None:
                _take(readings, open_ones, answer)
        for name, source in self._plan.several:
            told = source.read(asker)
            readings |= {(name, labels): float(value) for labels, value in told.items()}
        return readings

    def _ask_fields(self, asker: Asker, readings: dict[Series, float]) -> None:
        gone = set()
        for answered in asker.fields(self._fields):
            if answered.value is not None:
                _take(readings, self._plan.fields[answered.key], answered.value)
            elif answered.is_lasting:
                gone.add(answered.key)
        if gone:
            self._fields = [key for key in self._fields if key not in gone]


def _take(readings: dict[Series, float], takers: Sequence[Taker], answer: Any) -> None:
    for taker in takers:
        value = known(taker.take(answer))
        if value is not None:
            readings[taker.series] = value
