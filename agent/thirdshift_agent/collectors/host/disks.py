"""The node's disks as the block layer counts them: work, waiting, errors of the SCSI kind.

Loops, mapped devices, arrays and removable media are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from thirdshift_agent.collectors.host.collector import HostCollector, Reading, Roots, known
from thirdshift_agent.collectors.host.kernel_files import (
    number,
    text,
    things_in,
    to_number,
    word,
)
from thirdshift_agent.collectors.row import Readings, Row, Series

_LABELS = ("disk",)
_SECTOR_BYTES = 512.0
"""Of the block layer, whatever the disk's own are."""
_MILLISECOND = 1e-3

_STAT: tuple[tuple[int, Row, float], ...] = (
    (0, Row("disk_reads_total", "Reads completed.", _LABELS), 1.0),
    (2, Row("disk_read_bytes_total", "Bytes read.", _LABELS), _SECTOR_BYTES),
    (3, Row("disk_read_seconds_total", "Time that reads took, summed.", _LABELS), _MILLISECOND),
    (4, Row("disk_writes_total", "Writes completed.", _LABELS), 1.0),
    (6, Row("disk_write_bytes_total", "Bytes written.", _LABELS), _SECTOR_BYTES),
    (7, Row("disk_write_seconds_total", "Time that writes took, summed.", _LABELS), _MILLISECOND),
    (8, Row("disk_requests_in_flight", "Requests that the disk has not answered.", _LABELS), 1.0),
    (9, Row("disk_io_seconds_total", "Time that any request was out.", _LABELS), _MILLISECOND),
)
"""Place in `/sys/block/*/stat`, row, scale."""

SIZE = Row("disk_size_bytes", "How much the disk holds.", _LABELS)
READ_ONLY = Row("disk_read_only", "Whether the kernel refuses writes to it.", _LABELS)
ONLINE = Row("disk_online", "Whether its driver still uses it.", _LABELS)
IO_ERRORS = Row("disk_io_errors_total", "Commands that ended with an error.", _LABELS)
TIMEOUTS = Row("disk_io_timeouts_total", "Commands that got no answer in time.", _LABELS)
INFO = Row("disk_info", "What the disk is.", (*_LABELS, "model"))

ROWS: tuple[Row, ...] = (
    *(row for _, row, _ in _STAT),
    SIZE,
    READ_ONLY,
    ONLINE,
    IO_ERRORS,
    TIMEOUTS,
    INFO,
)


def read(roots: Roots) -> Readings:
    """Read every disk. Source: `/sys/block`."""
    readings: dict[Series, float] = {}
    for disk in things_in(roots.sys / "block"):
        if (disk / "device").exists() and not _is_left_out(disk):
            readings.update(_disk(disk))
    return readings


def _is_left_out(disk: Path) -> bool:
    """A hidden one is one path of several to a disk that is listed itself."""
    return number(disk / "removable") == 1 or number(disk / "hidden") == 1


def _disk(disk: Path) -> Iterator[Reading]:
    labels = (disk.name,)
    columns = [to_number(column) for column in (text(disk / "stat") or "").split()]
    for place, row, scale in _STAT:
        value = columns[place] if place < len(columns) else None
        if value is not None:
            yield (row.name, labels), value * scale
    sectors = number(disk / "size")
    found = {
        SIZE: None if sectors is None else sectors * _SECTOR_BYTES,
        READ_ONLY: number(disk / "ro"),
        ONLINE: _is_online(disk),
        IO_ERRORS: number(disk / "device/ioerr_cnt"),
        TIMEOUTS: number(disk / "device/iotmo_cnt"),
    }
    yield from known(found, labels)
    yield (INFO.name, (*labels, word(disk / "device/model"))), 1.0


def _is_online(disk: Path) -> float | None:
    """`running` is SCSI's word and `live` NVMe's; others keep no state."""
    state = text(disk / "device/state")
    return None if state is None else float(state in ("running", "live"))


COLLECTOR = HostCollector("disks", ROWS, read, every_seconds=15.0)
