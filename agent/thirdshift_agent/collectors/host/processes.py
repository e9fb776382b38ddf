"""Processes of the node: how many wait where no signal reaches them, and daemons that GPUs need.

Told only where the agent sees the whole node: in a container with process numbers of its own, or
where other users' processes are hidden, there is no reading.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from thirdshift_agent.collectors.host import nvidia_proc, pci
from thirdshift_agent.collectors.host.collector import HostCollector, Roots
from thirdshift_agent.collectors.host.kernel_files import head
from thirdshift_agent.collectors.row import Readings, Row, Series

_STAT = re.compile(rb"\d+ \((.*)\) (\S)(?: -?\d+){5} (\d{1,20}) ", re.DOTALL)
"""Name and state; five numbers further, the flags."""
_LINE_BYTES = 1024
_KERNEL_THREAD = 0x00200000
_FIRST_KERNEL_THREAD = "kthreadd"
_NAME_LENGTH = 15
"""The kernel keeps no more of a name."""

FABRIC_MANAGER = "nv-fabricmanager"
PERSISTENCE_DAEMON = "nvidia-persistenced"

PROCESSES = Row("host_processes", "Processes; threads of the kernel are not counted.")
BLOCKED = Row(
    "host_processes_blocked",
    "Processes that wait where not even kill -9 reaches them: for a disk, a network or a driver.",
)
KERNEL_BLOCKED = Row("host_kernel_threads_blocked", "Threads of the kernel that wait like this.")
ZOMBIES = Row("host_processes_zombie", "Processes that ended and that nobody has asked after.")
FABRIC_MANAGER_UP = Row(
    "fabric_manager_up", "Whether the fabric manager runs; told where there are NVSwitches."
)
PERSISTENCE_DAEMON_UP = Row(
    "persistence_daemon_up", "Whether the persistence daemon runs; told where the driver is loaded."
)

ROWS: tuple[Row, ...] = (
    PROCESSES,
    BLOCKED,
    KERNEL_BLOCKED,
    ZOMBIES,
    FABRIC_MANAGER_UP,
    PERSISTENCE_DAEMON_UP,
)


@dataclass(frozen=True, slots=True)
class Process:
    """One line of `/proc/PID/stat`."""

    name: str
    state: str
    is_kernel_thread: bool


def read(roots: Roots) -> Readings:
    """Look at every process once. Source: `/proc/*/stat`."""
    found = list(_processes(roots.proc))
    readings: dict[Series, float] = {}
    if not any(each.name == _FIRST_KERNEL_THREAD and each.is_kernel_thread for each in found):
        return readings
    own = [each for each in found if not each.is_kernel_thread]
    blocked = sum(each.state == "D" for each in own)
    readings[PROCESSES.name, ()] = float(len(own))
    readings[BLOCKED.name, ()] = float(blocked)
    readings[KERNEL_BLOCKED.name, ()] = float(sum(each.state == "D" for each in found) - blocked)
    readings[ZOMBIES.name, ()] = float(sum(each.state == "Z" for each in own))
    names = {each.name for each in own if each.state != "Z"}
    if pci.has_nvswitch(roots):
        readings[FABRIC_MANAGER_UP.name, ()] = float(FABRIC_MANAGER[:_NAME_LENGTH] in names)
    if nvidia_proc.is_loaded(roots):
        readings[PERSISTENCE_DAEMON_UP.name, ()] = float(PERSISTENCE_DAEMON[:_NAME_LENGTH] in names)
    return readings


def _processes(proc: Path) -> Iterator[Process]:
    for pid in os.listdir(proc) if proc.is_dir() else ():
        if pid.isdecimal() and (process := parse(head(f"{proc}/{pid}/stat", _LINE_BYTES) or b"")):
            yield process


def parse(stat: bytes) -> Process | None:
    """What the line says; None where it is none. A name may hold anything, brackets too."""
    shape = _STAT.match(stat)
    if shape is None:
        return None
    name, state, flags = shape.groups()
    return Process(
        name.decode("utf-8", "replace"), chr(state[0]), bool(int(flags) & _KERNEL_THREAD)
    )


COLLECTOR = HostCollector("processes", ROWS, read, every_seconds=30.0)
