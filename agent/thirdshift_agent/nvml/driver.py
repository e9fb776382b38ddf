"""The node's GPUs, found anew at each look."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from thirdshift_agent.collectors.gpu import DEFAULT
from thirdshift_agent.collectors.gpu.source import GpuCollector
from thirdshift_agent.gpu import DriverError, GpuLostError
from thirdshift_agent.nvml.device import NvmlGpu, Plans
from thirdshift_agent.nvml.events import Events
from thirdshift_agent.nvml.library import NO_PERMISSION, Unavailable, call, demand, unusable
from thirdshift_agent.nvml.session import Session
from thirdshift_agent.observation import Observation
from thirdshift_agent.wire import GpuIdentity

RENEW_SECONDS = 300.0
"""How long to wait between two fresh starts of NVML while a GPU is missing."""

_Found = tuple[Any, GpuIdentity, int | None]
"""A handle, whose it is but for the slot, and the number of its module on the baseboard."""


class NvmlDriver:
    """NVIDIA's driver. `gpus` is for one thread, `wait_event` for another, the rest for any."""

    believed_seconds = 30.0

    def __init__(
        self,
        collectors: Sequence[GpuCollector] = DEFAULT,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`collectors` say what is read of each GPU."""
        self._plans, self._monotonic = Plans.of(collectors), monotonic
        self._session = Session()
        self._events = Events(self._session)
        self._gpus: tuple[NvmlGpu, ...] = ()
        self._dropped: list[NvmlGpu] = []
        self._problems: tuple[str, ...] = ()
        self._most = 0
        self._renewed = monotonic()

    def version(self) -> str | None:
        """The driver's version. Raises `DriverError`."""
        with self._session.in_use():
            try:
                return str(call("nvmlSystemGetDriverVersion"))
            except Unavailable:
                return None

    def gpus(self) -> Sequence[NvmlGpu]:
        """The GPUs that say who they are, by slot. Raises `DriverError`.

        While fewer answer than once did, NVML is started anew from time to time: only so does it
        see a GPU that came back.
        """
        try:
            found = self._list()
            if len(found) < self._most and self._monotonic() - self._renewed >= RENEW_SECONDS:
                self._renewed = self._monotonic()
                found = self._list() if self._session.close() else found
        except DriverError:
            self._session.close()
            raise
        self._most = max(self._most, len(found))
        self._gpus = found
        return found

    def problems(self) -> tuple[str, ...]:
        """Why the last `gpus` left a GPU out, one line each."""
        return self._problems

    def wait_event(self, timeout_seconds: float, now: datetime) -> Observation | None:
        """Wait for the next XID of any GPU found last. Raises `DriverError`."""
        return self._events.wait(self._gpus, timeout_seconds, now)

    def close(self) -> bool:
        """Let go of NVML; a call that hangs keeps it, and the process's end takes it."""
        return self._session.close()

    def _list(self) -> tuple[NvmlGpu, ...]:
        with self._session.in_use() as number:
            found, self._problems = _look()
            cards = _numbered([(card, module) for _, card, module in found])
            gpus = [
                self._gpu(card, handle, number)
                for card, (handle, _, _) in zip(cards, found, strict=True)
            ]
            self._drop(gpus, number)
        return tuple(sorted(gpus, key=lambda gpu: gpu.identity.slot))

    def _drop(self, gpus: Sequence[NvmlGpu], number: int) -> None:
        """Free what takes part no more; in its own session a call may still hang in it."""
        known = {id(gpu): gpu for gpu in (*self._dropped, *self._gpus)}
        gone = [gpu for gpu in known.values() if gpu not in gpus]
        for gpu in gone:
            if gpu.session_number != number:
                gpu.free()
        self._dropped = [gpu for gpu in gone if gpu.session_number == number]

    def _gpu(self, card: GpuIdentity, handle: Any, number: int) -> NvmlGpu:
        """The same object as long as it is the same card of the same session: it has learnt."""
        for known in self._gpus:
            if known.session_number == number and known.identity == card:
                return known
        return NvmlGpu(card, handle, self._session, number, self._plans)


def _look() -> tuple[list[_Found], tuple[str, ...]]:
    """Each index is a GPU that says who it is, or a problem."""
    found, problems = list[_Found](), list[str]()
    for index in range(demand("nvmlDeviceGetCount")):
        try:
            handle = call("nvmlDeviceGetHandleByIndex", index)
            found.append((handle, _identity(handle), _optional("nvmlDeviceGetModuleId", handle)))
        except (GpuLostError, Unavailable) as error:
            if isinstance(error, Unavailable) and error.code == NO_PERMISSION:
                raise unusable(error) from error
            problems.append(f"NVML index {index} gives no GPU: {error}")
    return found, tuple(problems)


def _identity(handle: Any) -> GpuIdentity:
    pci = call("nvmlDeviceGetPciInfo", handle)
    return GpuIdentity(
        slot=0,
        uuid=str(call("nvmlDeviceGetUUID", handle)),
        serial=_optional("nvmlDeviceGetSerial", handle) or None,
        pci_address=f"{pci.domain:08x}:{pci.bus:02x}:{pci.device:02x}.0",
        name=str(_optional("nvmlDeviceGetName", handle) or "unknown GPU"),
    )


def _optional(function: str, handle: Any) -> Any:
    try:
        return call(function, handle)
    except Unavailable:
        return None


def _numbered(cards: Sequence[tuple[GpuIdentity, int | None]]) -> list[GpuIdentity]:
    """Slots by module id where the baseboard numbers its modules, else by PCI address.

    Baseboards count from 1 or from 0; cards without a baseboard all answer 0.
    """
    modules = [module for _, module in cards if module is not None]
    if len(set(modules)) == len(cards) > 1:
        first = min(min(modules), 1)
        return [
            replace(card, slot=module - first)
            for (card, _), module in zip(cards, modules, strict=True)
        ]
    order = sorted(card.pci_address for card, _ in cards)
    return [replace(card, slot=order.index(card.pci_address)) for card, _ in cards]
