"""XIDs and other events as the driver announces them, from every GPU that can."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from thirdshift_agent.gpu import DriverError, GpuLostError
from thirdshift_agent.nvml.device import NvmlGpu
from thirdshift_agent.nvml.library import TIMEOUT, Unavailable, attempt, call, demand
from thirdshift_agent.nvml.session import Session
from thirdshift_agent.observation import Observation, driver_event
from thirdshift_agent.wire import GpuIdentity

_EVERYDAY = 0x1 | 0x2 | 0x4 | 0x10 | 0x80 | 0x100
"""What says nothing new: ECC errors (they are counted), states, clocks, power source, MIG."""


@dataclass(frozen=True, slots=True)
class _Watch:
    session_number: int
    gpus: Sequence[NvmlGpu]
    event_set: Any
    cards: dict[int | None, GpuIdentity]
    """Whose handle it is: a GPU that was lost cannot be asked for its name any more."""


class Events:
    """One event set at a time, made anew when the GPUs change. For one thread."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._watch: _Watch | None = None

    def wait(
        self, gpus: Sequence[NvmlGpu], timeout_seconds: float, now: datetime
    ) -> Observation | None:
        """Wait for the next XID of these GPUs. Raises `DriverError`."""
        with self._session.in_use() as number:
            watch = self._current(number, gpus)
            try:
                event = call("nvmlEventSetWait_v2", watch.event_set, round(timeout_seconds * 1000))
            except Unavailable as error:
                if error.code == TIMEOUT:
                    return None
                raise self._broken(str(error)) from error
            except GpuLostError as error:
                raise self._broken(str(error)) from error
        card = watch.cards.get(_address(event.device))
        return driver_event(event.eventType, event.eventData, card, now) if card else None

    def _current(self, number: int, gpus: Sequence[NvmlGpu]) -> _Watch:
        if not gpus or any(gpu.session_number != number for gpu in gpus):
            raise DriverError("no GPU has been found since NVML was started")
        watch = self._watch
        if watch and watch.session_number == number:
            if [gpu.identity for gpu in watch.gpus] == [gpu.identity for gpu in gpus]:
                return watch
            self._free(watch)
        self._watch = _watch_over(number, gpus)
        return self._watch

    def _broken(self, reason: str) -> DriverError:
        if self._watch:
            self._free(self._watch)
        return DriverError(f"the wait for events ended: {reason}")

    def _free(self, watch: _Watch) -> None:
        self._watch = None
        attempt("nvmlEventSetFree", watch.event_set)


def _watch_over(number: int, gpus: Sequence[NvmlGpu]) -> _Watch:
    event_set = demand("nvmlEventSetCreate")
    willing = [gpu for gpu in gpus if _registered(gpu, event_set)]
    if not willing:
        attempt("nvmlEventSetFree", event_set)
        raise DriverError("no GPU here delivers events; XIDs come from the kernel's log alone")
    return _Watch(number, gpus, event_set, {_address(g.handle): g.identity for g in willing})


def _registered(gpu: NvmlGpu, event_set: Any) -> bool:
    try:
        wanted = call("nvmlDeviceGetSupportedEventTypes", gpu.handle) & ~_EVERYDAY
        if not wanted:
            return False
        call("nvmlDeviceRegisterEvents", gpu.handle, wanted, event_set)
    except (Unavailable, GpuLostError):
        return False
    return True


def _address(handle: Any) -> int | None:
    return ctypes.cast(handle, ctypes.c_void_p).value
