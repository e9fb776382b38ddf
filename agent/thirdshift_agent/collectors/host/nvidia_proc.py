"""What the NVIDIA kernel module tells through `/proc`: its version and its GPUs, NVML or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from thirdshift_agent.collectors.host.collector import HostCollector, Reading, Roots
from thirdshift_agent.collectors.host.kernel_files import pci_address, text, things_in, to_word
from thirdshift_agent.collectors.row import Readings, Row, Series

_VERSION = re.compile(
    r"NVRM version:.*?(?P<open>Open )?Kernel Module(?: for \S+)?\s+(?P<version>\S+)"
)
_UNKNOWN = "?"
"""The module writes question marks for what it has not asked the GPU yet."""

MODULE_INFO = Row(
    "nvidia_kernel_module_info",
    "The module that is loaded; the library may be another.",
    ("version", "flavour"),
)
GPUS = Row("nvidia_kernel_gpus", "GPUs that the module has.")
EXCLUDED = Row(
    "nvidia_kernel_gpu_excluded",
    "Whether the module was told to keep its hands off the GPU.",
    ("pci_address",),
)
GPU_INFO = Row(
    "nvidia_kernel_gpu_info",
    "What the module knows of the GPU.",
    ("pci_address", "uuid", "model", "video_bios", "firmware", "minor"),
)

ROWS: tuple[Row, ...] = (MODULE_INFO, GPUS, EXCLUDED, GPU_INFO)


def read(roots: Roots) -> Readings:
    """Read version and GPUs. Source: `/proc/driver/nvidia`."""
    readings: dict[Series, float] = {}
    if shape := _VERSION.match(text(roots.proc / "driver/nvidia/version") or ""):
        flavour = "open" if shape["open"] else "proprietary"
        readings[MODULE_INFO.name, (to_word(shape["version"]), flavour)] = 1.0
        gpus = things_in(roots.proc / "driver/nvidia/gpus")
        readings[GPUS.name, ()] = float(len(gpus))
        for gpu in gpus:
            readings.update(_gpu(gpu))
    return readings


def is_loaded(roots: Roots) -> bool:
    """Whether the module is there."""
    return (roots.proc / "driver/nvidia/version").exists()


def _gpu(gpu: Path) -> Iterator[Reading]:
    told = _fields(text(gpu / "information") or "")
    address = pci_address(gpu.name) or to_word(gpu.name)
    if (excluded := told.get("GPU Excluded")) in ("Yes", "No"):
        yield (EXCLUDED.name, (address,)), float(excluded == "Yes")
    names = ("GPU UUID", "Model", "Video BIOS", "GPU Firmware", "Device Minor")
    yield (GPU_INFO.name, (address, *(told.get(name, "") for name in names))), 1.0


def _fields(content: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in content.splitlines())
    return {name: "" if _UNKNOWN in told else to_word(told.strip()) for name, _, told in pairs}


COLLECTOR = HostCollector("nvidia_proc", ROWS, read, every_seconds=60.0)
