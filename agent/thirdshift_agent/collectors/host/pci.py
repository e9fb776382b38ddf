"""What PCI shows of GPUs, NVSwitches, network adapters and NVMe drives, and of their links.

It needs no driver: a GPU that the driver has given up is still seen here, or seen to be gone.
Virtual functions are left out. A link is known by the device below it; its two ends are told
apart by `role`: the device itself, or the port above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from thirdshift_agent.collectors.host.collector import HostCollector, Reading, Roots, known
from thirdshift_agent.collectors.host.kernel_files import (
    head,
    link_name,
    number,
    pci_address,
    text,
    things_in,
    to_number,
    to_word,
    word,
)
from thirdshift_agent.collectors.row import Labels, Readings, Row, Series

GPU: Final = "gpu"
NVSWITCH: Final = "nvswitch"
_ADAPTER, _NVME = "adapter", "nvme"
_NVIDIA = "0x10de"
_DEVICES = "bus/pci/devices"

_LABELS = ("pci_address", "class")
_LINK_MOST_LANES = 32
_SPEED = re.compile(r"(?P<giga>\d{1,3}(?:\.\d)?) GT/s.*", re.ASCII)
_SEVERITIES = ("correctable", "nonfatal", "fatal")
_ALL_ONES = b"\xff\xff"

GPUS = Row("pci_gpus", "GPUs of NVIDIA that PCI shows, whether or not a driver has them.")
NVSWITCHES = Row("pci_nvswitches", "NVSwitches that PCI shows.")
ANSWERS = Row(
    "pci_answers", "Whether the device answers on the bus: 0 where it has fallen off.", _LABELS
)
DRIVER_BOUND = Row("pci_driver_bound", "Whether a driver has the device.", _LABELS)
SPEED = Row("pci_link_transfers_per_second", "Of each lane, now; lower when idle.", _LABELS)
MOST_SPEED = Row("pci_link_transfers_per_second_max", "Of each lane, at best.", _LABELS)
LANES = Row("pci_link_lanes", "Lanes in use.", _LABELS)
MOST_LANES = Row("pci_link_lanes_max", "Lanes that the device has.", _LABELS)
ERRORS = Row(
    "pci_aer_errors_total",
    "Errors of the link, as the end of that role reported them.",
    ("pci_address", "role", "severity"),
)
ERROR_KINDS = Row(
    "pci_aer_error_kinds_total",
    "The same by kind; kinds that never came are left out.",
    ("pci_address", "role", "severity", "error"),
)
INFO = Row(
    "pci_device_info",
    "What the device is and where it sits.",
    (*_LABELS, "vendor_id", "device_id", "driver", "port", "numa_node", "iommu_group"),
)

ROWS: tuple[Row, ...] = (
    GPUS,
    NVSWITCHES,
    ANSWERS,
    DRIVER_BOUND,
    SPEED,
    MOST_SPEED,
    LANES,
    MOST_LANES,
    ERRORS,
    ERROR_KINDS,
    INFO,
)


def read(roots: Roots) -> Readings:
    """Read every device of these classes. Source: `/sys/bus/pci/devices`."""
    listed = things_in(roots.sys / _DEVICES)
    classes = {device: class_of(device) for device in listed}
    readings: dict[Series, float] = {}
    if listed:
        kinds = list(classes.values())
        readings[GPUS.name, ()] = float(kinds.count(GPU))
        readings[NVSWITCHES.name, ()] = float(kinds.count(NVSWITCH))
    for device, kind in classes.items():
        if kind:
            readings.update(_device(device, kind))
    return readings


def has_nvswitch(roots: Roots) -> bool:
    """Whether PCI shows one. Raises `OSError`."""
    return any(class_of(device) == NVSWITCH for device in things_in(roots.sys / _DEVICES))


def class_of(device: Path) -> str:
    """The device's class in our words; empty for one that is none of ours."""
    found = _class_by_code(device, text(device / "class") or "")
    return "" if found and (device / "physfn").exists() else found


def _class_by_code(device: Path, code: str) -> str:
    match code[:6]:
        case "0x0300" | "0x0302" if text(device / "vendor") == _NVIDIA:
            return GPU
        case "0x0680" if text(device / "vendor") == _NVIDIA:
            return NVSWITCH
        case "0x0108":
            return _NVME
        case "0x0207":
            return _ADAPTER
        case "0x0200" if (device / "infiniband").exists():
            return _ADAPTER
        case _:
            return ""


def _device(device: Path, kind: str) -> Iterator[Reading]:
    labels = (pci_address(device.name), kind)
    port, driver = _port(device), link_name(device / "driver")
    first = head(device / "config", len(_ALL_ONES))
    found = {
        ANSWERS: float(first != _ALL_ONES) if first else None,
        DRIVER_BOUND: float(bool(driver)),
        SPEED: _transfers(device / "current_link_speed"),
        MOST_SPEED: _transfers(device / "max_link_speed"),
        LANES: _lanes(device / "current_link_width"),
        MOST_LANES: _lanes(device / "max_link_width"),
    }
    yield from known(found, labels)
    yield from _errors(device, labels[0], "device")
    if port is not None:
        yield from _errors(port, labels[0], "port")
    yield (INFO.name, (*labels, *_about(device, driver, port))), 1.0


def _about(device: Path, driver: str, port: Path | None) -> Labels:
    node = word(device / "numa_node")
    return (
        word(device / "vendor"),
        word(device / "device"),
        driver,
        pci_address(port.name) if port else "",
        "" if node == "-1" else node,
        link_name(device / "iommu_group"),
    )


def _port(device: Path) -> Path | None:
    """The bridge that the device hangs from: the folder above its own."""
    try:
        above = device.readlink().parent.name
    except OSError:
        return None
    return device.parent / above if pci_address(above) else None


def _transfers(path: Path) -> float | None:
    shape = _SPEED.fullmatch(text(path) or "")
    return float(shape["giga"]) * 1e9 if shape else None


def _lanes(path: Path) -> float | None:
    """A device that does not answer shows more lanes than there can be."""
    lanes = number(path)
    return lanes if lanes and 0 < lanes <= _LINK_MOST_LANES else None


def _errors(device: Path, address: str, role: str) -> Iterator[Reading]:
    for severity in _SEVERITIES:
        for line in (text(device / f"aer_dev_{severity}") or "").splitlines():
            error, _, told = line.rpartition(" ")
            count = to_number(told)
            if count is None or not error:
                continue
            labels = (address, role, severity)
            if error.startswith("TOTAL_"):
                yield (ERRORS.name, labels), count
            elif count:
                yield (ERROR_KINDS.name, (*labels, to_word(error))), count


COLLECTOR = HostCollector("pci", ROWS, read, every_seconds=60.0)
