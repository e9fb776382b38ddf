"""One process as `/proc` shows it. Of its environment only the named keys are kept, never the rest.

A process may end, or its number pass to another, while it is read: then there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

KEYS = frozenset(
    {
        "SLURM_JOB_ID",
        "SLURM_STEP_ID",
        "SLURM_JOB_USER",
        "SLURM_JOB_ACCOUNT",
        "SLURM_JOB_PARTITION",
        "SLURM_CLUSTER_NAME",
    }
)
"""All that is ever taken from an environment."""

LARGEST_ENVIRONMENT_BYTES = 1 << 20
"""What lies beyond is not looked at."""

_STATE, _STARTED = 0, 19
"""Fields of `stat` behind the command's name."""
_UNINTERRUPTIBLE = "D"


@dataclass(frozen=True, slots=True)
class Life:
    """Which of all the processes that ever had a number this one is."""

    started_ticks: int
    """Since the node's boot."""
    stuck: bool
    """Whether it waits in the kernel and cannot be interrupted."""


@dataclass(frozen=True, slots=True)
class Process:
    """What a process says of itself."""

    uid: int | None
    cgroup: str
    environment: Mapping[str, str]
    """The keys of `KEYS` that it has; empty where it may not be read."""


def life(proc: Path, pid: int) -> Life | None:
    """Look whether there is such a process; None where there is none."""
    text = _read(proc / str(pid) / "stat")
    fields = text.rpartition(")")[2].split() if text else []
    if len(fields) <= _STARTED or not fields[_STARTED].isdecimal():
        return None
    return Life(int(fields[_STARTED]), fields[_STATE] == _UNINTERRUPTIBLE)


def read_process(proc: Path, pid: int, its: Life) -> Process | None:
    """Read the process; None where it has ended since `its` life was looked up.

    Of one that is stuck the environment is left alone: reading that could wait as long as it does.
    """
    folder = proc / str(pid)
    environment = {} if its.stuck else _environment(folder / "environ")
    found = Process(_uid(_read(folder / "status")), _read(folder / "cgroup"), environment)
    after = life(proc, pid)
    return found if after and after.started_ticks == its.started_ticks else None


def _environment(path: Path) -> dict[str, str]:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_ENVIRONMENT_BYTES)
    except OSError:
        return {}
    entries = (entry.partition(b"=") for entry in content.split(b"\0") if entry[:6] == b"SLURM_")
    found = {key.decode("utf-8", "replace"): value for key, _, value in entries}
    return {key: value.decode("utf-8", "replace") for key, value in found.items() if key in KEYS}


def _uid(status: str) -> int | None:
    for line in status.splitlines():
        if line.startswith("Uid:"):
            real = line.split()[1:2]
            return int(real[0]) if real and real[0].isdecimal() else None
    return None


def _read(path: Path) -> str:
    """What a file says; nothing where it cannot be read, or its process ended meanwhile."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
