"""NVMe drives as their driver shows them: live or not, how warm. Their own log is `nvme_smart`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from thirdshift_agent.collectors.host.collector import HostCollector, Reading, Roots, known
from thirdshift_agent.collectors.host.kernel_files import (
    link_name,
    number,
    pci_address,
    text,
    things_in,
    word,
)
from thirdshift_agent.collectors.row import Readings, Row

_LABELS = ("controller",)
_MILLIDEGREE = 1e-3
_WARMEST_CELSIUS = 1000.0
_HWMON_FOLDERS = ("hwmon[0-9]*", "hwmon/hwmon[0-9]*", "device/hwmon/hwmon[0-9]*")
"""Where kernels have put the sensor over the years."""

LIVE = Row("nvme_live", "Whether the driver can use the drive.", _LABELS)
TEMPERATURE = Row("nvme_temperature_celsius", "How warm the drive says it is.", _LABELS)
CRITICAL = Row(
    "nvme_temperature_critical_celsius", "Where the drive counts itself too hot.", _LABELS
)
ALARM = Row("nvme_temperature_alarm", "Whether the drive calls itself too hot.", _LABELS)
INFO = Row(
    "nvme_info",
    "What the drive is.",
    (*_LABELS, "model", "serial", "firmware_rev", "pci_address"),
)

ROWS: tuple[Row, ...] = (LIVE, TEMPERATURE, CRITICAL, ALARM, INFO)


def local_drives(roots: Roots) -> list[Path]:
    """The drives in this node; those reached over a network are left out. Raises `OSError`."""
    drives = things_in(roots.sys / "class/nvme")
    return [drive for drive in drives if text(drive / "transport") in (None, "pcie")]


def read(roots: Roots) -> Readings:
    """Read every drive. Source: `/sys/class/nvme`."""
    return dict(reading for drive in local_drives(roots) for reading in _drive(drive))


def _drive(drive: Path) -> Iterator[Reading]:
    labels = (drive.name,)
    state, sensor = text(drive / "state"), _sensor(drive)
    found = {
        LIVE: None if state is None else float(state == "live"),
        TEMPERATURE: _celsius(sensor, "temp1_input"),
        CRITICAL: _celsius(sensor, "temp1_crit"),
        ALARM: number(sensor / "temp1_alarm") if sensor else None,
    }
    yield from known(found, labels)
    about = (word(drive / name) for name in ("model", "serial", "firmware_rev"))
    yield (INFO.name, (*labels, *about, pci_address(link_name(drive / "device")))), 1.0


def _sensor(drive: Path) -> Path | None:
    found = (path for pattern in _HWMON_FOLDERS for path in drive.glob(pattern))
    return next(found, None)


def _celsius(sensor: Path | None, name: str) -> float | None:
    """A drive without a limit of its own shows the highest number there is."""
    value = number(sensor / name) if sensor else None
    if value is None or abs(value * _MILLIDEGREE) >= _WARMEST_CELSIUS:
        return None
    return value * _MILLIDEGREE


COLLECTOR = HostCollector("nvme", ROWS, read, every_seconds=30.0)
