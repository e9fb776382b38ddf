"""A plan put to one GPU, again and again. What the GPU does not support is not asked twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from thirdshift_agent.collectors.row import Readings, Series
from thirdshift_agent.gpu import Calling
from thirdshift_agent.nvml.fields import FIELDS, Batch, FieldKey, number_of, refusal
from thirdshift_agent.nvml.library import Unavailable, call, known
from thirdshift_agent.nvml.own import OWN
from thirdshift_agent.nvml.plan import CallKey, Plan, Taker

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
        self.refusal: str | None = None
        """The last one's text; the error itself would hold this object, and live as long."""

    def __call__(self, function: str, *arguments: Any) -> Any:
        """Raises `GpuLostError` and `DriverError`."""
        key = (function, arguments)
        if key in self._unsupported:
            return None
        self.calling(function)
        try:
            return known(self._made(function)(self._handle, *arguments))
        except Unavailable as error:
            self.refusal = str(error)
            if error.is_lasting:
                self._unsupported.add(key)
            return None

    @staticmethod
    def _made(function: str) -> Callable[..., Any]:
        return OWN.get(function) or partial(call, function)

    def batches(self, wanted: Sequence[FieldKey]) -> list[Batch]:
        """Part fields into batches that NVML answers."""
        starts = range(0, len(wanted), MOST_FIELDS)
        return [Batch(self._handle, wanted[start : start + MOST_FIELDS]) for start in starts]

    def fields(self, batches: Sequence[Batch]) -> Iterator[tuple[FieldKey, int, int, int]]:
        """What became of each field."""
        for batch in batches:
            self.calling(FIELDS)
            try:
                yield from batch.ask()
            except Unavailable as error:
                self.refusal = str(error)


class _Once:
    """Makes each call once, however many rows look at its answer."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._answers: dict[CallKey, Any] = {}

    def __call__(self, function: str, *arguments: Any) -> Any:
        key = (function, arguments)
        if key not in self._answers:
            self._answers[key] = self._asker(function, *arguments)
        return self._answers[key]


class Questions:
    """One plan's state for one GPU. Not for several threads at once."""

    def __init__(self, plan: Plan, asker: Asker) -> None:
        self._plan, self._asker = plan, asker
        self._batches = asker.batches(tuple(plan.fields))

    def ask(self) -> Readings:
        """Ask everything once. Raises `GpuLostError` and `DriverError`."""
        readings: dict[Series, float] = {}
        self._ask_fields(readings)
        once = _Once(self._asker)
        for (function, arguments), takers in self._plan.calls.items():
            open_ones = [taker for taker in takers if taker.series not in readings]
            if open_ones and (answer := once(function, *arguments)) is not None:
                _take(readings, open_ones, answer)
        for name, source in self._plan.several:
            for labels, number in source.read(once).items():
                if (value := known(number)) is not None:
                    readings[name, labels] = float(value)
        return readings

    def _ask_fields(self, readings: dict[Series, float]) -> None:
        gone = set()
        for key, code, kind, bits in self._asker.fields(self._batches):
            if code:
                if refusal(code, key[0]).is_lasting:
                    gone.add(key)
            elif (number := number_of(kind, bits)) is not None:
                _take(readings, self._plan.fields[key], number)
        if gone:
            asked = (key for batch in self._batches for key in batch.wanted)
            self._batches = self._asker.batches(tuple(key for key in asked if key not in gone))


def _take(readings: dict[Series, float], takers: Sequence[Taker], answer: Any) -> None:
    for series, pick, scale in takers:
        value = known(answer if pick is None else pick(answer))
        if value is not None:
            readings[series] = value * scale
