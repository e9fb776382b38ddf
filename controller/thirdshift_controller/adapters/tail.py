"""The end of an output that may be far too long to keep."""

from __future__ import annotations


class Tail:
    """Keeps the last bytes of what it is given."""

    def __init__(self, kept_bytes: int) -> None:
        self._kept_bytes = kept_bytes
        self._end = b""
        self._dropped_bytes = 0

    def add(self, chunk: bytes) -> None:
        """Take more; forget as much at the beginning."""
        whole = self._end + chunk
        self._end = whole[-self._kept_bytes :]
        self._dropped_bytes += len(whole) - len(self._end)

    def __str__(self) -> str:
        """What was kept as text; bytes that are none are replaced."""
        note = f"[{self._dropped_bytes} bytes before this]\n" if self._dropped_bytes else ""
        return note + self._end.decode(errors="replace")
