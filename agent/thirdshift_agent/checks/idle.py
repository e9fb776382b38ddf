"""An active check would disturb whoever uses the GPUs, and be disturbed: the node must be idle."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from thirdshift_agent.checks.errors import CheckError
from thirdshift_agent.gpu import GpuProcess

ProcessesOnGpus = Callable[[], Sequence[GpuProcess] | None]
"""Who uses the GPUs now; None where that cannot be told."""

_SHOWN = 8


def insist_on_idle(processes_on_gpus: ProcessesOnGpus) -> None:
    """Return where no process uses a GPU. Raises `CheckError`."""
    processes = processes_on_gpus()
    if processes is None:
        raise CheckError("who uses the GPUs cannot be told; drain the node and add --force")
    if processes:
        pids = ", ".join(str(process.pid) for process in processes[:_SHOWN])
        raise CheckError(
            f"{len(processes)} processes use the GPUs (pid {pids}); "
            "wait for them, or add --force to disturb them"
        )
