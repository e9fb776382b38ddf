"""NVML's one initialisation. It is let go only while no call is out, because that would be fatal.

Starting NVML anew is how a GPU that came back is found: the library counts GPUs once, at its start.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from thirdshift_agent.nvml.library import attempt, demand


class Session:
    """Opened by the first use after construction or `close`. Safe from any thread."""

    def __init__(self) -> None:
        self._state = Condition()
        self._open = self._closing = False
        self._calls_out = 0
        self._number = 0

    @contextmanager
    def in_use(self) -> Iterator[int]:
        """Keep NVML open meanwhile; gives the session's number. Raises `DriverError`.

        A handle of one session is worthless, and dangerous, in the next.
        """
        with self._state:
            self._state.wait_for(lambda: not self._closing)
            if not self._open:
                demand("nvmlInit")
                self._open = True
                self._number += 1
            self._calls_out += 1
        try:
            yield self._number
        finally:
            with self._state:
                self._calls_out -= 1
                self._state.notify_all()

    def close(self, patience_seconds: float = 1.5) -> bool:
        """Shut NVML down; False if a call stays out for longer than that, or one hangs in it."""
        if not self._state.acquire(timeout=patience_seconds):
            return False
        try:
            self._closing = True
            if not self._state.wait_for(lambda: self._calls_out == 0, patience_seconds):
                return False
            if self._open:
                self._open = False
                attempt("nvmlShutdown")
            return True
        finally:
            self._closing = False
            self._state.notify_all()
            self._state.release()
