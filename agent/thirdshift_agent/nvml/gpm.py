"""The activity counters of Hopper and later (GPM): what happened between two samples of one GPU."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from thirdshift_agent.collectors.row import Readings, Series
from thirdshift_agent.gpu import Calling
from thirdshift_agent.nvml.library import Unavailable, attempt, call, structure
from thirdshift_agent.nvml.plan import Taker

_VERSION = 1


class Gpm:
    """Two samples of one GPU, filled in turn. Not for several threads at once.

    NVML allocates the samples and the garbage collector knows nothing of them: `free` ends them.
    """

    def __init__(self, handle: Any, wanted: Mapping[int, Taker]) -> None:
        self._handle, self._wanted = handle, wanted
        self._is_supported: bool | None = None
        self._before: Any = None
        self._spare: Any = None

    def read(self, calling: Calling) -> Readings:
        """Return what the parts did since the last time; nothing the first time, or without GPM.

        Raises `GpuLostError` and `DriverError`.
        """
        try:
            if not self._wanted or not self._supported(calling):
                return {}
            before, now = self._before, self._sample(calling)
            if before is None:
                return {}
            return self._between(before, now, calling)
        except Unavailable:
            return {}

    def free(self) -> None:
        """Give the samples back, in an open session. No `read` may be out, nor follow."""
        for sample in (self._before, self._spare):
            if sample is not None:
                attempt("nvmlGpmSampleFree", sample)
        self._before = self._spare = None

    def _supported(self, calling: Calling) -> bool:
        if self._is_supported is None:
            calling("nvmlGpmQueryDeviceSupport")
            try:
                told = call("nvmlGpmQueryDeviceSupport", self._handle)
            except Unavailable as error:
                if error.is_lasting:
                    self._is_supported = False
                raise
            self._is_supported = bool(told.isSupportedDevice)
        return self._is_supported

    def _sample(self, calling: Calling) -> Any:
        """Fill the spare sample; only one that was filled takes the place of the last."""
        if self._spare is None:
            self._spare = call("nvmlGpmSampleAlloc")
        calling("nvmlGpmSampleGet")
        call("nvmlGpmSampleGet", self._handle, self._spare)
        self._before, self._spare = self._spare, self._before
        return self._before

    def _between(self, before: Any, now: Any, calling: Calling) -> Readings:
        question = structure("c_nvmlGpmMetricsGet_t")
        question.version, question.numMetrics = _VERSION, len(self._wanted)
        question.sample1, question.sample2 = before, now
        for place, number in enumerate(self._wanted):
            question.metrics[place].metricId = number
        calling("nvmlGpmMetricsGet")
        call("nvmlGpmMetricsGet", question)
        found: dict[Series, float] = {}
        for place, taker in enumerate(self._wanted.values()):
            answer = question.metrics[place]
            if answer.nvmlReturn == 0 and isfinite(answer.value):
                found[taker.series] = answer.value * taker.scale
        return found
