"""The form of `/dev/kmsg`: `priority,sequence,microseconds,flags;text`, one record a line.

Lines that begin with a space carry a record's device in key=value form; they say nothing of GPUs
and are passed over. The kernel escapes what is not printable, so a record never spans two lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_LINE_BYTES = 16384
"""Twice the kernel's own limit; what is longer comes from no kernel and is thrown away."""

LARGEST_SEQUENCE = 2**63 - 1
"""What is beyond it was counted by no kernel."""

_RECORD = re.compile(rb"\d+,(?P<sequence>\d{1,20}),(?P<microseconds>\d{1,20}),[^;]*;(?P<text>.*)")


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the log. `sequence` counts since boot; so do `microseconds`."""

    sequence: int
    microseconds: int
    text: str


def parse_record(line: bytes) -> Record | None:
    """Read one line without its newline; `None` when it is no record. Any facility will do."""
    shape = _RECORD.fullmatch(line)
    if shape is None or int(shape["sequence"]) > LARGEST_SEQUENCE:
        return None
    text = shape["text"].decode(errors="backslashreplace")
    return Record(int(shape["sequence"]), int(shape["microseconds"]), text)


class Lines:
    """Cuts what was read into whole lines and keeps the unfinished rest."""

    def __init__(self) -> None:
        self._rest = b""
        self._is_too_long = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the lines that `chunk` completes, but for those that are too long.

        However the log is cut into chunks, the lines are the same.
        """
        *whole, rest = (self._rest + chunk).split(b"\n")
        if whole and self._is_too_long:
            del whole[0]
            self._is_too_long = False
        if len(rest) > LONGEST_LINE_BYTES:
            rest, self._is_too_long = b"", True
        self._rest = b"" if self._is_too_long else rest
        return [line for line in whole if len(line) <= LONGEST_LINE_BYTES]
