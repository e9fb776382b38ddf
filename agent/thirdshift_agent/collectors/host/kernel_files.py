"""The kernel's small files as words and numbers. What cannot be read is `None`, never an error.

Only `things_in` raises: it asks for the things of a whole subsystem.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from thirdshift_agent.collectors.row import Labels, Readings, Row, Series

LONGEST_FILE_BYTES = 1 << 20
LONGEST_WORD = 100
_CHUNK_BYTES = 1 << 16
_NUMBER = re.compile(r"-?\d{1,20}|0x[0-9a-fA-F]{1,16}", re.ASCII)
_PCI = re.compile(r"(?P<domain>[0-9a-f]{4,8}):(?P<rest>[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])", re.ASCII)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row that is one number in one file of a thing's folder."""

    path: str
    row: Row
    scale: float = 1.0
    """What the file's number is multiplied by to give the row's unit."""


def read_rows(folder: Path, labels: Labels, table: Sequence[FileRow]) -> Readings:
    """Read every row of the table that the folder has a number for."""
    readings: dict[Series, float] = {}
    for entry in table:
        if (value := number(folder / entry.path)) is not None:
            readings[entry.row.name, labels] = value * entry.scale
    return readings


def rows_of(table: Sequence[FileRow]) -> Iterator[Row]:
    """The rows that a table reads."""
    return (entry.row for entry in table)


def text(path: Path) -> str | None:
    """What the file says, without the space around it."""
    content = whole(path)
    return None if content is None else content.decode("utf-8", "replace").strip()


def whole(path: Path) -> bytes | None:
    """The file as it is; its first MiB where it is longer."""
    return _read(path, _all_of)


def head(path: Path | str, most_bytes: int) -> bytes | None:
    """What one read gives of the file: all of it, where it is small."""
    return _read(path, lambda descriptor: os.read(descriptor, most_bytes))


def number(path: Path) -> float | None:
    """The whole number, decimal or hexadecimal, that the file is."""
    content = text(path)
    return None if content is None else to_number(content)


def to_number(content: str) -> float | None:
    """The whole number, decimal or hexadecimal, that the text is."""
    return float(int(content, 0 if "x" in content else 10)) if _NUMBER.fullmatch(content) else None


def word(path: Path) -> str:
    """What the file says, as a label may show it; empty where it says nothing."""
    return to_word(text(path) or "")


def to_word(content: str) -> str:
    """The text as a label may show it: one line, printable, no longer than it must be."""
    return "".join(c for c in content[:LONGEST_WORD] if c.isprintable()).strip()


def things_in(folder: Path) -> list[Path]:
    """What a subsystem has, by name; nothing where the kernel has no such subsystem.

    Raises `OSError` where it has one that cannot be listed.
    """
    try:
        return [folder / name for name in sorted(os.listdir(folder))]
    except (FileNotFoundError, NotADirectoryError):
        return []


def parts_of(folder: Path, pattern: re.Pattern[str]) -> list[Path]:
    """What of the folder has a name of this shape; nothing where it cannot be listed."""
    try:
        return [folder / name for name in sorted(os.listdir(folder)) if pattern.fullmatch(name)]
    except OSError:
        return []


def link_name(path: Path) -> str:
    """The name of what the link leads to; empty where there is no link."""
    try:
        return to_word(os.path.basename(os.readlink(path)))
    except OSError:
        return ""


def pci_address(name: str) -> str:
    """`0000:3b:00.0`, as the kernel names it, with a domain of eight digits; empty for others."""
    shape = _PCI.fullmatch(name)
    return f"{shape['domain']:0>8}:{shape['rest']}" if shape else ""


def _read(path: Path | str, take: Callable[[int], bytes]) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return take(descriptor)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _all_of(descriptor: int) -> bytes:
    content = b""
    while len(content) < LONGEST_FILE_BYTES:
        chunk = os.read(descriptor, _CHUNK_BYTES)
        if not chunk:
            break
        content += chunk
    return content
