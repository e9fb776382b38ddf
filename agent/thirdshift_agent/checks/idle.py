"""An active check would disturb whoever uses the GPUs, and be disturbed: the node must be idle."""

from __future__ import annotations

from collections.abc import Sequence

from thirdshift_agent.checks.errors import CheckError
from thirdshift_agent.sampling.sample import GpuSample

_SHOWN = 8


def insist_on_idle(gpus: Sequence[GpuSample]) -> None:
    """Return where no process uses a GPU. Raises `CheckError`."""
    pids = set[int]()
    for gpu in gpus:
        if gpu.processes is None:
            raise CheckError("who uses the GPUs cannot be told; drain the node and add --force")
        pids.update(process.pid for process in gpu.processes)
    if pids:
        named = ", ".join(map(str, sorted(pids)[:_SHOWN]))
        raise CheckError(
            f"{len(pids)} processes use the GPUs (pid {named}); "
            "wait for them, or add --force to disturb them"
        )
