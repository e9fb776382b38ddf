"""Lines on disk that survive kill -9 and power cuts: numbered files of JSON, appended and synced.

A file is named after the first sequence it holds, and its first line names the journal. What a
crash left half-written at the end is cut off at the next write; nobody was told that it was taken.
This module knows files and lines; what a line means is `journal.py`'s business.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

SUFFIX = ".jsonl"
Line = Mapping[str, Any]


class JournalError(Exception):
    """The journal on disk cannot be read; the text says why and what mends it."""


@dataclass
class Segments:
    """The files of one journal. One thread at a time."""

    folder: Path
    lines_per_segment: int
    segments_kept: int
    journal_id: str
    _firsts: list[int] = field(default_factory=list)
    _lines: int = 0
    _end: int = 0
    _descriptor: int | None = None

    @property
    def first_sequence(self) -> int:
        """The first sequence that the oldest file holds; 1 while there is no file."""
        return self._firsts[0] if self._firsts else 1

    @property
    def _is_full(self) -> bool:
        return self._lines >= self.lines_per_segment

    def load(self) -> list[Line]:
        """Return every line, oldest first; take over the journal's id. Raises `JournalError`."""
        try:
            paths = sorted(self.folder.glob(f"[0-9]*{SUFFIX}"))
            return [line for path in paths for line in self._load(path)]
        except (OSError, ValueError) as error:
            raise JournalError(
                f"the journal in {self.folder} cannot be read: {error}; "
                "give the agent's user access to it, or move the folder away to begin a new one"
            ) from error

    def append(self, sequence: int, lines: Sequence[Line]) -> None:
        """Put lines on disk; they begin at `sequence`. Raises `OSError`: then none of them is."""
        if self._descriptor is None and self._firsts:
            self._open(self._path(self._firsts[-1]), os.O_WRONLY)
        if not self._firsts or (self._is_full and sequence > self._firsts[-1]):
            self._begin(sequence)
        self._write(lines)
        self._lines += len(lines)

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _load(self, path: Path) -> list[Line]:
        good: list[Line] = []
        end = offset = damaged = 0
        for raw in path.read_bytes().splitlines(keepends=True):
            offset += len(raw)
            if (line := _decode(raw)) is None:
                damaged += 1
            else:
                good.append(line)
                end = offset
        if damaged:
            log.warning(
                "damaged lines in the journal were passed over",
                extra={"path": str(path), "lines": damaged},
            )
        if good:
            self._firsts.append(int(path.stem))
            self._lines, self._end = len(good), end
            self.journal_id = good[0].get("journal_id", self.journal_id)
        return [line for line in good if "journal_id" not in line]

    def _begin(self, sequence: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.close()
        self._end = 0
        self._open(self._path(sequence), os.O_WRONLY | os.O_CREAT)
        self._write([{"journal_id": self.journal_id}])
        _sync_folder(self.folder)
        self._firsts.append(sequence)
        self._lines = 0
        while len(self._firsts) > self.segments_kept:
            self._path(self._firsts.pop(0)).unlink(missing_ok=True)

    def _open(self, path: Path, flags: int) -> None:
        self._descriptor = os.open(path, flags | os.O_CLOEXEC, 0o640)

    def _write(self, lines: Sequence[Line]) -> None:
        """Write after the last good line, whatever a failed or torn write left behind it."""
        assert self._descriptor is not None
        data = b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines)
        os.ftruncate(self._descriptor, self._end)
        written = 0
        while written < len(data):
            written += os.pwrite(self._descriptor, data[written:], self._end + written)
        os.fsync(self._descriptor)
        self._end += len(data)

    def _path(self, first: int) -> Path:
        return self.folder / f"{first:012d}{SUFFIX}"


def _decode(raw: bytes) -> Line | None:
    if not raw.endswith(b"\n"):
        return None
    try:
        line = json.loads(raw)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
