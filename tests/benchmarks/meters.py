"""What a process costs, as Linux counts it."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Seconds of CPU that it has used so far, all its threads, in user and kernel."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident_bytes(pid: int) -> int:
    """Memory that it holds, with what it shares."""
    return resident(Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))


def resident(status: str) -> int:
    """The same, in bytes too, of what a process read of its own `status`."""
    return _bytes(status, "VmRSS:")


def peak(status: str) -> int:
    """The most that a process has held, in bytes, of what it read of its own `status`.

    `getrusage` would tell the peak of whoever started it, where that is more.
    """
    return _bytes(status, "VmHWM:")


def proportional_bytes(pid: int) -> int:
    """Memory that it holds, of what is shared its part alone."""
    return _bytes(Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8"), "Pss:")


def _bytes(text: str, name: str) -> int:
    lines = text.splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))
