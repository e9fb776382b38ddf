"""What an NVMe drive says of its own health: log page 02h, as the NVM Express specification has it.

The one collector that asks a device instead of reading a file; it needs root. Of a drive that
cannot be asked, or that answers with nothing but zeros, there is no reading.
"""

from __future__ import annotations

import fcntl
import os
from array import array
from collections.abc import Callable
from pathlib import Path
from struct import Struct

from thirdshift_agent.collectors.host.collector import HostCollector, Roots
from thirdshift_agent.collectors.host.nvme import local_drives
from thirdshift_agent.collectors.row import Readings, Row, Series, each_state

PAGE_BYTES = 512

_LABELS = ("controller",)
_WARNING = "nvme_critical_warning"
_WARNINGS = (
    "spare_low",
    "temperature",
    "reliability_degraded",
    "read_only",
    "backup_failed",
    "persistent_memory_unreliable",
)
"""By bit of the first byte."""

_PERCENT = 0.01
_MINUTE_SECONDS = 60.0
_HOUR_SECONDS = 3600.0
_DATA_UNIT_BYTES = 512_000.0
"""Thousands of 512 bytes, whatever the drive's sectors are."""


def _row(name: str, help_: str) -> Row:
    return Row(f"nvme_{name}", help_, _LABELS)


_FIELDS: tuple[tuple[int, int, Row, float], ...] = (
    (3, 1, _row("spare_ratio", "What is left of the spare blocks."), _PERCENT),
    (4, 1, _row("spare_threshold_ratio", "Below what spare blocks are too few."), _PERCENT),
    (5, 1, _row("used_ratio", "Share of its life that is used; may pass 1."), _PERCENT),
    (32, 16, _row("read_bytes_total", "Bytes read over its life."), _DATA_UNIT_BYTES),
    (48, 16, _row("written_bytes_total", "Bytes written over its life."), _DATA_UNIT_BYTES),
    (112, 16, _row("power_cycles_total", "Times it was switched on."), 1.0),
    (128, 16, _row("power_on_seconds_total", "How long it was on."), _HOUR_SECONDS),
    (144, 16, _row("unsafe_shutdowns_total", "Times it lost power unprepared."), 1.0),
    (160, 16, _row("media_errors_total", "Times data could not be read back intact."), 1.0),
    (176, 16, _row("error_log_entries_total", "Entries of its error log over its life."), 1.0),
    (192, 4, _row("warm_seconds_total", "Time above the warning temperature."), _MINUTE_SECONDS),
    (196, 4, _row("hot_seconds_total", "Time above the critical temperature."), _MINUTE_SECONDS),
)
"""First byte, bytes, row, scale. Numbers are little-endian."""

ROWS: tuple[Row, ...] = (
    Row(_WARNING, "Whether the drive gives this warning.", (*_LABELS, "warning")),
    *(row for _, _, row, _ in _FIELDS),
)

_COMMAND = Struct("=B3xI16xQ4xII20xI4x")
"""`struct nvme_admin_cmd`: opcode, namespace, address, length, word 10, time allowed."""
_NVME_IOCTL_ADMIN_CMD = 0xC0484E41
_GET_LOG_PAGE, _SMART = 0x02, 0x02
_EVERY_NAMESPACE = 0xFFFFFFFF
_PATIENCE_MILLISECONDS = 5000


def read_page(device: Path) -> bytes:
    """Ask a drive for its health. Raises `OSError`."""
    page = array("B", bytes(PAGE_BYTES))
    address, length = page.buffer_info()
    descriptor = os.open(device, os.O_RDONLY | os.O_CLOEXEC)
    try:
        status = fcntl.ioctl(descriptor, _NVME_IOCTL_ADMIN_CMD, command(address, length))
    finally:
        os.close(descriptor)
    if status:
        raise OSError(f"{device} answers the request for its health with status 0x{status:x}")
    return page.tobytes()


def command(address: int, length: int) -> bytearray:
    """Get Log Page of the whole drive into `length` bytes at `address`."""
    words = length // 4 - 1
    number_and_page = words << 16 | _SMART
    fields = (_EVERY_NAMESPACE, address, length, number_and_page, _PATIENCE_MILLISECONDS)
    return bytearray(_COMMAND.pack(_GET_LOG_PAGE, *fields))


def parse(controller: str, page: bytes) -> Readings:
    """What the page says; nothing where it says nothing."""
    if len(page) != PAGE_BYTES or not any(page):
        return {}
    present = frozenset(word for bit, word in enumerate(_WARNINGS) if page[0] >> bit & 1)
    warnings = each_state(_WARNING, _WARNINGS, present)
    readings: dict[Series, float] = {
        (name, (controller, *labels)): value for (name, labels), value in warnings.items()
    }
    for first, length, row, scale in _FIELDS:
        value = int.from_bytes(page[first : first + length], "little")
        readings[row.name, (controller,)] = value * scale
    return readings


def read(roots: Roots, page_of: Callable[[Path], bytes] = read_page) -> Readings:
    """Ask every drive in this node. Source: log page 02h through `/dev/nvme*`."""
    readings: dict[Series, float] = {}
    for drive in local_drives(roots):
        try:
            readings.update(parse(drive.name, page_of(roots.dev / drive.name)))
        except OSError:
            continue
    return readings


COLLECTOR = HostCollector("nvme_smart", ROWS, read, every_seconds=300.0)
