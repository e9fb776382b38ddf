"""How far a long check is, for a person before a terminal. Elsewhere it says nothing."""

from __future__ import annotations

import time
from typing import TextIO


class Progress:
    """One line a test, rewritten while it runs."""

    def __init__(self, stream: TextIO, shown: bool) -> None:
        self._stream, self._shown = stream, shown
        self._name, self._began, self._told = "", 0.0, -1

    def begin(self, name: str, number: int, of: int) -> None:
        """A test begins."""
        self._name, self._began, self._told = f"[{number}/{of}] {name}", time.monotonic(), -1
        self.tick()

    def tick(self) -> None:
        """Time has passed."""
        seconds = int(time.monotonic() - self._began)
        if self._shown and seconds != self._told:
            self._told = seconds
            self._write(f"{seconds} s")

    def end(self, word: str) -> None:
        """The test has ended with this."""
        if self._shown:
            self._write(f"{time.monotonic() - self._began:.0f} s {word}")
            self._stream.write("\n")
            self._stream.flush()

    def _write(self, text: str) -> None:
        self._stream.write(f"\r\x1b[K{self._name} {text}")
        self._stream.flush()
