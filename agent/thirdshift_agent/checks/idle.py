"""An active check would disturb whoever uses the GPUs, and be disturbed: the node must be idle."""

from __future__ import annotations

from collections.abc import Sequence

from thirdshift_agent.checks.errors import CheckError
from thirdshift_agent.sample import GpuSample
from thirdshift_agent.wire import GpuPresence

_SHOWN = 8


def insist_on_idle(gpus: Sequence[GpuSample]) -> None:
    """Return where no process uses a GPU. Raises `CheckError`."""
    if any(gpu.presence is not GpuPresence.PRESENT or not gpu.readings for gpu in gpus):
        raise CheckError("who uses the GPUs cannot be told; drain the node and add --force")
    pids = sorted({process.pid for gpu in gpus for process in gpu.processes})
    if pids:
        named = ", ".join(map(str, pids[:_SHOWN]))
        raise CheckError(
            f"{len(pids)} processes use the GPUs (pid {named}); "
            "wait for them, or add --force to disturb them"
        )
