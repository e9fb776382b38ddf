"""One GPU of a session: all that its rows ask for, and who computes on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from thirdshift_agent.collectors.gpu.source import GpuCollector
from thirdshift_agent.collectors.row import Readings
from thirdshift_agent.gpu import Calling, DriverError, GpuLostError, GpuProcess
from thirdshift_agent.nvml.gpm import Gpm
from thirdshift_agent.nvml.library import known
from thirdshift_agent.nvml.plan import Plan, plan_of
from thirdshift_agent.nvml.questions import Asker, Questions
from thirdshift_agent.nvml.session import Session
from thirdshift_agent.wire import GpuIdentity

LEARN_ANEW_EVERY = 10
"""After so many full reads what was not supported is tried again: a GPU that is no longer divided
supports more than it did."""

_PROCESSES = (
    "nvmlDeviceGetComputeRunningProcesses",
    "nvmlDeviceGetGraphicsRunningProcesses",
)


@dataclass(frozen=True, slots=True)
class Plans:
    """What to ask of each GPU: always, and in every slow turn as well."""

    always: Plan
    in_full: Plan

    @classmethod
    def of(cls, collectors: Sequence[GpuCollector]) -> Plans:
        """Compile the collectors' rows."""
        quick = [row for each in collectors if not each.is_slow for row in each.rows]
        every = [row for each in collectors for row in each.rows]
        return cls(plan_of(quick), plan_of(every))


class NvmlGpu:
    """A handle that is good for one session, whose it is, and what the GPU is known to support."""

    def __init__(
        self, identity: GpuIdentity, handle: Any, session: Session, number: int, plans: Plans
    ) -> None:
        """`number` is the session's."""
        self.identity, self.handle = identity, handle
        self.session_number = number
        self._session, self._plans = session, plans
        self._gpm = Gpm(handle, plans.always.activities)
        self._full_reads = 0
        self._begin_anew()

    def read(self, calling: Calling, in_full: bool) -> Readings:
        """Read once. Raises `GpuLostError`, and `DriverError` if the session is over."""
        if in_full and self._full_reads == LEARN_ANEW_EVERY:
            self._begin_anew()
        self._full_reads += in_full
        asker, questions = self._asker, self._in_full if in_full else self._always
        asker.calling = calling
        with self._session.kept(self.session_number):
            if in_full:
                self._insist_on_its_card()
            readings = questions.ask()
            activity = self._gpm.read(calling)
        if not readings:
            raise GpuLostError(f"it answers no call any more; the last answer was {asker.refusal}")
        return {**readings, **activity}

    def processes(self, calling: Calling) -> Sequence[GpuProcess] | None:
        """Who computes or draws on it. Raises as `read` does."""
        self._asker.calling = calling
        with self._session.kept(self.session_number):
            computing, drawing = map(self._asker, _PROCESSES)
        if computing is None:
            return None
        found = {
            each.pid: GpuProcess(each.pid, known(each.usedGpuMemory))
            for each in (*computing, *(drawing or ()))
        }
        return tuple(found.values())

    def free(self) -> None:
        """Give back what NVML allocated, in a later session: then no call is out any more."""
        self._gpm.free()

    def _begin_anew(self) -> None:
        self._full_reads = 0
        self._asker = Asker(self.handle)
        self._always = Questions(self._plans.always, self._asker)
        self._in_full = Questions(self._plans.in_full, self._asker)

    def _insist_on_its_card(self) -> None:
        uuid = self._asker("nvmlDeviceGetUUID")
        if uuid not in (None, self.identity.uuid):
            raise DriverError("another card answers in its place; the next look finds it")
