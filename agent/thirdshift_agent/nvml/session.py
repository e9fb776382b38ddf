"""NVML's one initialisation. It is let go only while no call is out, because that would be fatal.

Starting NVML anew is how a GPU that came back is found: the library counts GPUs once, at its start.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from thirdshift_agent.gpu import DriverError
from thirdshift_agent.nvml.library import attempt, demand

_OVER = "NVML was let go or started anew; the next look finds the GPU again"


class Session:
    """Opened by the first use after construction or `close`. Safe from any thread."""

    def __init__(self) -> None:
        self._state = Condition()
        self._open = self._opening = self._closing = False
        self._calls_out = 0
        self._number = 0

    @contextmanager
    def in_use(self) -> Iterator[int]:
        """Keep NVML open meanwhile, opened if need be; gives the session's number.

        A handle of one session is worthless, and dangerous, in the next. Raises `DriverError`.
        """
        with self._state:
            self._state.wait_for(lambda: not (self._closing or self._opening))
            is_first = self._opening = not self._open
            self._calls_out += 1
        with self._call_out():
            if is_first:
                self._begin()
            yield self._number

    @contextmanager
    def kept(self, number: int) -> Iterator[None]:
        """Keep the session of this number open meanwhile.

        Raises `DriverError` at once if it is over: a start that hangs is not every GPU's hang.
        """
        with self._state:
            self._state.wait_for(lambda: not self._closing)
            if not self._open or self._number != number:
                raise DriverError(
                    "NVML was let go or started anew; the next look finds the GPU again"
                )
            self._calls_out += 1
        with self._call_out():
            yield

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

    @contextmanager
    def _call_out(self) -> Iterator[None]:
        try:
            yield
        finally:
            with self._state:
                self._calls_out -= 1
                self._state.notify_all()

    def _begin(self) -> None:
        try:
            demand("nvmlInit")
            self._open = True
            self._number += 1
        finally:
            with self._state:
                self._opening = False
                self._state.notify_all()
