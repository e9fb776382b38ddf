"""Filesystems on the node's own disks: how full they are, whether they still take writes.

A network's filesystem is never asked: it can keep whoever asks for ever. So neither is one that
is mounted below it, nor one that it covers.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from thirdshift_agent.collectors.host.collector import HostCollector, Reading, Roots
from thirdshift_agent.collectors.host.kernel_files import to_word, whole
from thirdshift_agent.collectors.row import Readings, Row, Series

_LABELS = ("device", "mountpoint", "fstype")
_ON_DISK = {"ext2", "ext3", "ext4", "xfs", "btrfs", "vfat", "f2fs", "zfs", "bcachefs"}
_NO_NETWORK = _ON_DISK | {"overlay", "tmpfs", "devtmpfs", "ramfs", "rootfs", "squashfs", "erofs"}
_REFUSES_WRITES = {"ro", "emergency_ro", "shutdown"}
_ESCAPE = re.compile(rb"\\([0-7]{3})")

SIZE = Row("filesystem_size_bytes", "How much the filesystem holds.", _LABELS)
AVAILABLE = Row("filesystem_available_bytes", "What is left for users without rights.", _LABELS)
FILES = Row("filesystem_files", "How many files it can hold.", _LABELS)
FILES_FREE = Row("filesystem_files_free", "How many more files it can hold.", _LABELS)
READ_ONLY = Row(
    "filesystem_read_only",
    "Whether the filesystem itself refuses writes, as after an error of its disk.",
    _LABELS,
)
BROKEN = Row("filesystem_broken", "Whether it fails with an I/O error when asked.", _LABELS)

ROWS: tuple[Row, ...] = (SIZE, AVAILABLE, FILES, FILES_FREE, READ_ONLY, BROKEN)


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of the mount table."""

    point: bytes
    kind: str
    device: bytes
    options: frozenset[str]
    """Of the filesystem itself. That it is mounted read-only here may be this process's own jail,
    which says nothing of the disk."""


def read(roots: Roots) -> Readings:
    """Read each filesystem once, by its first mount. Source: `/proc/self/mountinfo`, `statvfs`."""
    mounts = mount_table(whole(roots.proc / "self/mountinfo") or b"")
    readings: dict[Series, float] = {}
    devices: set[bytes] = set()
    for mount in mounts.values():
        if mount.kind in _ON_DISK and mount.device not in devices and _is_safe(mount, mounts):
            devices.add(mount.device)
            readings.update(_filesystem(mount))
    return readings


def mount_table(content: bytes) -> Mapping[bytes, Mount]:
    """What is on top at each mount point."""
    found = (_mount(line.split(b" ")) for line in content.splitlines())
    return {mount.point: mount for mount in found if mount is not None}


def _mount(columns: list[bytes]) -> Mount | None:
    """After the lone hyphen: type, source, options of the filesystem."""
    if b"-" not in columns[6:]:
        return None
    point, rest = columns[4], columns[columns.index(b"-", 6) + 1 :]
    if len(rest) < 3 or b"\0" in point:
        return None
    kind, device, options = rest[0], rest[1], rest[2].decode("ascii", "replace").split(",")
    return Mount(_plain(point), kind.decode("ascii", "replace"), _plain(device), frozenset(options))


def _plain(escaped: bytes) -> bytes:
    """Spaces and their like are written as three octal digits."""
    return _ESCAPE.sub(lambda shape: bytes([int(shape[1], 8) & 0xFF]), escaped)


def _is_safe(mount: Mount, mounts: Mapping[bytes, Mount]) -> bool:
    """Whether the way to it crosses no filesystem of a network."""
    parts = mount.point.split(b"/")
    above = (mounts.get(b"/".join(parts[:depth]) or b"/") for depth in range(1, len(parts)))
    return all(each is None or each.kind in _NO_NETWORK for each in above)


def _filesystem(mount: Mount) -> Iterator[Reading]:
    labels = (_shown(mount.device), _shown(mount.point), mount.kind)
    yield (READ_ONLY.name, labels), float(bool(mount.options & _REFUSES_WRITES))
    try:
        found = os.statvfs(mount.point)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in (errno.EIO, errno.ESHUTDOWN):
            yield (BROKEN.name, labels), 1.0
        return
    yield (BROKEN.name, labels), 0.0
    yield (SIZE.name, labels), float(found.f_blocks * found.f_frsize)
    yield (AVAILABLE.name, labels), float(found.f_bavail * found.f_frsize)
    if found.f_files:
        yield (FILES.name, labels), float(found.f_files)
        yield (FILES_FREE.name, labels), float(found.f_ffree)


def _shown(name: bytes) -> str:
    return to_word(name.decode("utf-8", "replace"))


COLLECTOR = HostCollector("filesystems", ROWS, read, every_seconds=30.0)
