"""What the node's processors and memory are busy with, and how hard it is to get at them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from thirdshift_agent.collectors.host.collector import HostCollector, Reading, Roots
from thirdshift_agent.collectors.host.kernel_files import text, to_number
from thirdshift_agent.collectors.row import Readings, Row, Series

_DECIMAL = re.compile(r"\d{1,15}(?:\.\d{1,9})?", re.ASCII)
_TICK_SECONDS = 0.01
"""The kernel counts processor time for users in hundredths of a second, on every architecture."""

_KIBIBYTE = 1024.0
_MICROSECOND = 1e-6
_MODES = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
_SPANS = ("1m", "5m", "15m")

LOAD = Row("host_load_average", "Tasks that run or wait, on average over the span.", ("span",))
CPU = Row("host_cpu_seconds_total", "Time of all processors together, by mode.", ("mode",))
CPUS_ONLINE = Row("host_cpus_online", "Processors that the kernel uses.")
CPUS_PRESENT = Row("host_cpus_present", "Processors that are there.")
BOOTED = Row("host_boot_timestamp_seconds", "When the kernel started.")
UPTIME = Row("host_uptime_seconds", "How long the kernel has been up.")
PRESSURE = Row(
    "host_pressure_seconds_total",
    "Time that some tasks, or all of them, stood still for want of the resource.",
    ("resource", "tasks"),
)
FILES_OPEN = Row("host_files_open", "File handles in use.")
FILES_MOST = Row("host_files_most", "File handles that the kernel gives out at most.")

_STAT = {
    "ctxt": Row("host_context_switches_total", "Times a processor changed its task."),
    "processes": Row("host_forks_total", "Tasks started."),
    "procs_running": Row("host_tasks_running", "Tasks that run or could."),
    "procs_blocked": Row("host_tasks_waiting_for_io", "Tasks that wait for input or output."),
    "btime": BOOTED,
}
_MEMORY = {
    "MemTotal": Row("host_memory_total_bytes", "Memory that the kernel has."),
    "MemAvailable": Row("host_memory_available_bytes", "Memory to be had without swapping."),
    "SwapTotal": Row("host_swap_total_bytes", "Swap that there is."),
    "SwapFree": Row("host_swap_free_bytes", "Swap not in use."),
    "SUnreclaim": Row("host_memory_kernel_bytes", "Kernel objects that cannot be given back."),
    "Shmem": Row("host_memory_shared_bytes", "Shared memory and what lies in tmpfs."),
    "HardwareCorrupted": Row("host_memory_corrupted_bytes", "Memory given up as damaged."),
}
_HUGE_PAGES = {
    "HugePages_Total": Row("host_huge_pages_bytes", "Memory set aside as huge pages."),
    "HugePages_Free": Row("host_huge_pages_free_bytes", "Huge pages not in use."),
}
_VMSTAT = {
    "oom_kill": Row("host_oom_kills_total", "Processes killed for want of memory."),
    "pgmajfault": Row("host_major_page_faults_total", "Pages that had to come from a disk."),
}

ROWS: tuple[Row, ...] = (
    LOAD,
    CPU,
    CPUS_ONLINE,
    CPUS_PRESENT,
    UPTIME,
    PRESSURE,
    FILES_OPEN,
    FILES_MOST,
    *_STAT.values(),
    *_MEMORY.values(),
    *_HUGE_PAGES.values(),
    *_VMSTAT.values(),
)


def read(roots: Roots) -> Readings:
    """Read it all. Source: a dozen files of `/proc`, and `/sys/devices/system/cpu`."""
    readings: dict[Series, float] = {}
    for part in (_load, _stat, _memory, _vmstat, _pressure, _files):
        readings.update(part(roots.proc))
    readings.update(_cpus(roots.sys / "devices/system/cpu"))
    return readings


def _load(proc: Path) -> Iterator[Reading]:
    averages = (text(proc / "loadavg") or "").split()
    for span, average in zip(_SPANS, averages, strict=False):
        if _DECIMAL.fullmatch(average):
            yield (LOAD.name, (span,)), float(average)
    uptime = (text(proc / "uptime") or "").split()
    if uptime and _DECIMAL.fullmatch(uptime[0]):
        yield (UPTIME.name, ()), float(uptime[0])


def _stat(proc: Path) -> Iterator[Reading]:
    for line in (text(proc / "stat") or "").splitlines():
        name, _, rest = line.partition(" ")
        if name == "cpu":
            yield from _modes(rest.split())
        elif row := _STAT.get(name):
            yield from _one(row, to_number(rest.strip()), 1.0)


def _modes(ticks: list[str]) -> Iterator[Reading]:
    for mode, told in zip(_MODES, ticks, strict=False):
        if (value := to_number(told)) is not None:
            yield (CPU.name, (mode,)), value * _TICK_SECONDS


def _memory(proc: Path) -> Iterator[Reading]:
    found = _named(text(proc / "meminfo"), ":")
    for name, row in _MEMORY.items():
        yield from _one(row, found.get(name), _KIBIBYTE)
    page = found.get("Hugepagesize")
    for name, row in _HUGE_PAGES.items():
        if page is not None:
            yield from _one(row, found.get(name), page * _KIBIBYTE)


def _vmstat(proc: Path) -> Iterator[Reading]:
    found = _named(text(proc / "vmstat"), " ")
    for name, row in _VMSTAT.items():
        yield from _one(row, found.get(name), 1.0)


def _pressure(proc: Path) -> Iterator[Reading]:
    for resource in ("cpu", "io", "memory"):
        for line in (text(proc / "pressure" / resource) or "").splitlines():
            tasks, _, rest = line.partition(" ")
            total = to_number(rest.rpartition("total=")[2])
            if tasks in ("some", "full") and total is not None:
                yield (PRESSURE.name, (resource, tasks)), total * _MICROSECOND


def _files(proc: Path) -> Iterator[Reading]:
    columns = [to_number(each) for each in (text(proc / "sys/fs/file-nr") or "").split()]
    if len(columns) == 3:
        yield from _one(FILES_OPEN, columns[0], 1.0)
        yield from _one(FILES_MOST, columns[2], 1.0)


def _cpus(folder: Path) -> Iterator[Reading]:
    for row, name in ((CPUS_ONLINE, "online"), (CPUS_PRESENT, "present")):
        yield from _one(row, _length(text(folder / name) or ""), 1.0)


def _length(ranges: str) -> float | None:
    """`0-3,8` is five."""
    ends = [[to_number(end) for end in part.split("-")] for part in ranges.split(",")]
    count = 0.0
    for first, *last in ends:
        end = last[0] if last else first
        if first is None or end is None:
            return None
        count += end - first + 1
    return count


def _named(content: str | None, separator: str) -> dict[str, float]:
    """Lines of a name and a number; a unit after it is left to the reader."""
    found = {}
    for line in (content or "").splitlines():
        name, _, rest = line.partition(separator)
        value = to_number((rest.split() or [""])[0])
        if value is not None:
            found[name] = value
    return found


def _one(row: Row, value: float | None, scale: float) -> Iterator[Reading]:
    if value is not None:
        yield (row.name, ()), value * scale


COLLECTOR = HostCollector("load", ROWS, read, every_seconds=10.0)
