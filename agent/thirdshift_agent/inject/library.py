"""Lets a fault show itself through a stand-in for NVML and a kernel log of our own."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from thirdshift_agent.collectors.gpu import ALL
from thirdshift_agent.collectors.gpu.source import Field, Several
from thirdshift_agent.collectors.row import Series
from thirdshift_agent.inject.control_table import ControlTable
from thirdshift_agent.inject.fault import InjectedFault

_BEGINNING = 1000
"""Where a counter that nobody has set is taken to stand: beyond what the library begins with."""

_NAMES: Mapping[Series, tuple[str, float]] = {
    ("pcie_width", ()): ("pcie_width", 1),
    ("pcie_generation", ()): ("pcie_generation", 1),
    ("utilisation_ratio", ()): ("utilisation", 1e-2),
    ("remap_banks", ("none",)): ("banks.none", 1),
    ("ecc_sram_threshold_exceeded", ()): ("sram.threshold_exceeded", 1),
    ("ecc_errors_total", ("uncorrected", "sram")): ("sram.0", 1),
    ("fabric_error_code", ()): ("fabric.status", 1),
}
"""What is no field: the library's own name for it, and the factor from its unit to ours."""


def apply(fault: InjectedFault, gpu: int, table: ControlTable) -> None:
    """Let the library say what the fault shows, but for the kernel's lines."""
    for series, value in fault.readings.items():
        if place := _place(series):
            table.set(place[0], round(value / place[1]), gpu)
    for series, by in fault.rises.items():
        if place := _place(series):
            before = table.get(place[0], gpu) or _BEGINNING
            table.set(place[0], before + round(by / place[1]), gpu)
    for key, number in fault.calls.items():
        table.set(key, number, gpu)
    if fault.is_lost:
        table.set("lost", 1, gpu)
    if fault.hangs_in:
        table.set(f"hang.{fault.hangs_in}", 1, gpu)
    for event in fault.events:
        table.send_event(gpu, event.kind, event.data)


def write_lines(lines: list[str], log: Path) -> None:
    """Append lines to the kernel's log, or to a file of its form."""
    if log.is_char_device():
        with log.open("w", encoding="utf-8") as device:
            for line in lines:
                device.write(f"<3>{line}\n")
                device.flush()
        return
    sequence = len(log.read_bytes().splitlines()) if log.exists() else 0
    with log.open("a", encoding="utf-8") as file:
        for number, line in enumerate(lines, start=sequence + 1):
            file.write(f"3,{number},{time.monotonic() * 1e6:.0f},-;{line}\n")


def _place(series: Series) -> tuple[str, float] | None:
    """Under which name the library keeps a reading; None where it follows from another one."""
    return _NAMES.get(series) or _FIELDS.get(series)


def _fields() -> dict[Series, tuple[str, float]]:
    return {
        (row.name, labels): (f"field.{source.number}.{source.scope}", source.scale)
        for each in ALL
        for row in each.rows
        if not isinstance(row.sources, Several)
        for labels, sources in row.sources.items()
        for source in sources
        if isinstance(source, Field) and source.pick is None
    }


_FIELDS = _fields()
