"""The activity counters of Hopper and later (GPM): what happened between two samples of one GPU."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thirdshift_agent.collectors.row import Readings
from thirdshift_agent.nvml.library import Unavailable, call, known, structure
from thirdshift_agent.nvml.plan import Taker

_VERSION = 1


class Gpm:
    """Two samples of one GPU, filled in turn. Not for several threads at once."""

    def __init__(self, handle: Any, wanted: Mapping[int, Taker]) -> None:
        self._handle, self._wanted = handle, wanted
        self._is_supported: bool | None = None
        self._before: Any = None
        self._spare: Any = None

    def read(self) -> Readings:
        """Return what the parts did since the last time; nothing the first time, or without GPM.

        Raises `GpuLostError` and `DriverError`.
        """
        try:
            if not self._wanted or not self._supported():
                return {}
            now = self._sample()
            before, self._before = self._before, now
            if before is None:
                return {}
            self._spare = before
            return self._between(before, now)
        except Unavailable:
            return {}

    def _supported(self) -> bool:
        if self._is_supported is None:
            told = call("nvmlGpmQueryDeviceSupport", self._handle)
            self._is_supported = bool(told.isSupportedDevice)
        return self._is_supported

    def _sample(self) -> Any:
        sample = self._spare if self._spare is not None else call("nvmlGpmSampleAlloc")
        self._spare = None
        call("nvmlGpmSampleGet", self._handle, sample)
        return sample

    def _between(self, before: Any, now: Any) -> Readings:
        question = structure("c_nvmlGpmMetricsGet_t")
        question.version, question.numMetrics = _VERSION, len(self._wanted)
        question.sample1, question.sample2 = before, now
        for place, number in enumerate(self._wanted):
            question.metrics[place].metricId = number
        call("nvmlGpmMetricsGet", question)
        values = {
            taker.series: known(question.metrics[place].value) * taker.scale
            for place, taker in enumerate(self._wanted.values())
            if question.metrics[place].nvmlReturn == 0
        }
        return values
