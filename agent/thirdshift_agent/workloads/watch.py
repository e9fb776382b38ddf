"""Which workloads use each GPU, of all the processes that the driver lists, not of the first alone.

What is known of a process is kept as long as the driver lists it, so a look costs one small file a
process. Reads can wait for the kernel: a look belongs where a hang is noticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from thirdshift_agent.collectors.host.collector import Roots
from thirdshift_agent.gpu import GpuProcess
from thirdshift_agent.workloads.attribution import workload_of
from thirdshift_agent.workloads.names import PodNames, user_names
from thirdshift_agent.workloads.process import life, read_process
from thirdshift_agent.workloads.workload import Workload

MOST_KEPT = 4096
"""Processes; what there is beyond is read anew at each look."""


@dataclass(frozen=True, slots=True)
class Use:
    """What one workload has of one GPU."""

    workload: Workload
    processes: int
    memory_bytes: int | None
    """None where the driver does not say it for each process."""


@dataclass(frozen=True, slots=True)
class GpuUse:
    """Who uses one GPU."""

    processes: int
    """All that the driver lists, whosever they are."""
    uses: tuple[Use, ...]
    """By the workload's name. Processes of which nothing is known are in none of them."""

    @property
    def pod(self) -> Workload | None:
        """The container of a pod that uses the GPU; None where several do, or none."""
        of_pods = [use.workload for use in self.uses if use.workload.pod]
        return of_pods[0] if len(of_pods) == 1 else None


class WorkloadWatch:
    """Looks at one node, from one thread; `last_seen` is safe from any other."""

    def __init__(self, roots: Roots, most_kept: int = MOST_KEPT) -> None:
        self._roots, self._most_kept = roots, most_kept
        self._pods = PodNames(roots.log)
        self._kept: dict[int, _Known] = {}

    def look(self, by_gpu: Mapping[str, Iterable[GpuProcess]]) -> dict[str, GpuUse]:
        """Tell who uses each GPU. Raises nothing: what cannot be read is left out.

        Give all GPUs that were read at once: of a process on none of them nothing is kept.
        """
        lists = {uuid: _distinct(processes) for uuid, processes in by_gpu.items()}
        this = _Look(self._roots, self._pods, self._kept, self._most_kept)
        for process in (process for listed in lists.values() for process in listed):
            this.see(process.pid)
        self._kept = this.kept
        return {uuid: _gpu_use(listed, this.workloads) for uuid, listed in lists.items()}

    def last_seen(self, pid: int) -> Workload | None:
        """Whose a process was at the last look, though it may have died of a fault since."""
        known = self._kept.get(pid)
        return known.workload if known else None


@dataclass(frozen=True, slots=True)
class _Known:
    started_ticks: int
    workload: Workload | None


@dataclass(slots=True)
class _Look:
    """One look: the names are read at most once, and only where something new is seen."""

    roots: Roots
    pods: PodNames
    before: Mapping[int, _Known]
    most_kept: int
    kept: dict[int, _Known] = field(default_factory=dict)
    workloads: dict[int, Workload | None] = field(default_factory=dict)
    _users: Mapping[int, str] | None = None
    _refreshed: bool = False

    def see(self, pid: int) -> None:
        """Find out whose process it is, once."""
        if pid not in self.workloads:
            self.workloads[pid] = self._workload(pid)

    def _workload(self, pid: int) -> Workload | None:
        its = life(self.roots.proc, pid)
        if its is None:
            return None
        known = self.before.get(pid)
        if known is None or known.started_ticks != its.started_ticks:
            process = read_process(self.roots.proc, pid, its)
            if process is None:
                return None
            workload = self._named(workload_of(process, self._user_names()))
            if its.stuck:
                return workload
        else:
            workload = self._named(known.workload)
        if len(self.kept) < self.most_kept:
            self.kept[pid] = _Known(its.started_ticks, workload)
        return workload

    def _user_names(self) -> Mapping[int, str]:
        if self._users is None:
            self._users = user_names(self.roots.etc)
        return self._users

    def _named(self, workload: Workload | None) -> Workload | None:
        """Add what a pod and its container are called; they may be unknown yet when it is new."""
        if workload is None or workload.pod_uid is None or (workload.pod and workload.container):
            return workload
        uid, container_id = workload.pod_uid, workload.container_id
        if not (self._refreshed or self.pods.knows(uid, container_id)):
            self.pods.refresh()
            self._refreshed = True
        pod = self.pods.pod(uid)
        if pod is None:
            return workload
        container = self.pods.container(container_id, uid)
        return replace(workload, namespace=pod.namespace, pod=pod.pod, container=container)


def _distinct(processes: Iterable[GpuProcess]) -> tuple[GpuProcess, ...]:
    """Each process once: one that computes and draws is in two of the driver's lists."""
    return tuple({process.pid: process for process in processes}.values())


def _gpu_use(listed: Sequence[GpuProcess], workloads: Mapping[int, Workload | None]) -> GpuUse:
    owned = [(its, process) for process in listed if (its := workloads[process.pid])]
    owned.sort(key=lambda pair: pair[0].name)
    groups = groupby(owned, key=lambda pair: pair[0].name)
    return GpuUse(len(listed), tuple(_use(list(group)) for _, group in groups))


def _use(owned: Sequence[tuple[Workload, GpuProcess]]) -> Use:
    """Put one workload's processes together; the one that says most of it speaks for all."""
    memory = [process.memory_bytes for _, process in owned]
    known = [amount for amount in memory if amount is not None]
    spokesman = max((workload for workload, _ in owned), key=_told)
    return Use(spokesman, len(owned), sum(known) if len(known) == len(memory) else None)


def _told(workload: Workload) -> int:
    fields = (workload.account, workload.partition, workload.cluster, workload.user)
    return sum(value is not None for value in fields)
