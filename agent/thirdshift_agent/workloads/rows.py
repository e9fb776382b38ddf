"""The metrics of who uses a GPU. Details stand in an info metric; join it by `uuid`, `workload`.

One series a GPU and workload, never one a process: processes come and go. `docs/workloads.md` says
how watts become a job's.
"""

from __future__ import annotations

from thirdshift_agent.collectors.row import Labels, Readings, Row, Series
from thirdshift_agent.workloads.watch import GpuUse, Use
from thirdshift_agent.workloads.workload import Workload

MOST_WORKLOADS = 32
"""A GPU's; the rest are counted."""

_DETAILS = (
    "kind",
    "job_id",
    "step_id",
    "account",
    "partition",
    "user",
    "namespace",
    "pod",
    "container",
    "unit",
)

ROWS = (
    Row(
        "workload_info",
        "Who uses the GPU: a Slurm step, a pod's container, a unit, a session or a user.",
        ("workload", *_DETAILS),
    ),
    Row("workload_processes", "Processes that the workload has on the GPU.", ("workload",)),
    Row("workload_memory_bytes", "The GPU's memory that the workload holds.", ("workload",)),
    Row("workloads_left_out", f"Workloads beyond {MOST_WORKLOADS}, which have no series."),
    Row("processes", "Processes that the driver lists for the GPU, whosever they are."),
)


def readings(gpu: GpuUse) -> Readings:
    """What is known of one GPU's use. Where there are too many, those that hold most stay."""
    found: dict[Series, float] = {("processes", ()): gpu.processes}
    for use in sorted(gpu.uses, key=_held, reverse=True)[:MOST_WORKLOADS]:
        workload: Labels = (use.workload.name,)
        found["workload_info", workload + _details(use.workload)] = 1.0
        found["workload_processes", workload] = use.processes
        if use.memory_bytes is not None:
            found["workload_memory_bytes", workload] = use.memory_bytes
    found["workloads_left_out", ()] = max(0, len(gpu.uses) - MOST_WORKLOADS)
    return found


def _held(use: Use) -> int:
    return use.memory_bytes or 0


def _details(workload: Workload) -> Labels:
    return tuple(getattr(workload, name) or "" for name in _DETAILS)
