"""The files that the agent's doors are locked with. They may be exchanged while it runs."""

from __future__ import annotations

import logging
import os
import stat
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
"""How often, at most, the files are looked at."""

_Stamp = tuple[int, int, int] | None


class CredentialError(ValueError):
    """A certificate, key or token file cannot be used; the text says why and what mends it."""


class Renewed(Generic[T]):
    """What was made of some files, made anew when one was exchanged. Safe from any thread."""

    def __init__(
        self,
        paths: Sequence[Path],
        make: Callable[[], T],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`make` raises `CredentialError`, here too; later what was made last stays in use."""
        self._paths, self._make, self._monotonic = paths, make, monotonic
        self._lock, self._problems = Lock(), tuple[str, ...]()
        self._stamps, self._looked = self._look(), monotonic()
        self._made = make()

    def current(self) -> T:
        """The newest that could be made; files are looked at every `LOOK_SECONDS` at most."""
        with self._lock:
            if self._monotonic() - self._looked >= LOOK_SECONDS:
                self._looked = self._monotonic()
                before, self._stamps = self._stamps, self._look()
                if self._stamps != before:
                    self._renew()
            return self._made

    def problems(self) -> tuple[str, ...]:
        """Why the newest files are not in use."""
        return self._problems

    def _renew(self) -> None:
        try:
            self._made = self._make()
        except CredentialError as error:
            self._problems = (f"{error} (what was there before is still in use)",)
            log.warning("exchanged files not taken up", extra={"reason": str(error)})
        else:
            self._problems = ()
            log.info("exchanged files taken up", extra={"path": str(self._paths[0])})

    def _look(self) -> list[_Stamp]:
        return [_stamp(path) for path in self._paths]


def read_text(path: Path, option: str, is_secret: bool = False) -> str:
    """Read a file that `option` names; warn of a secret that others than its owner can read.

    Raises `CredentialError`.
    """
    try:
        with path.open(encoding="latin-1") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            text = file.read()
    except OSError as error:
        raise CredentialError(
            f"{path}: {error.strerror}; name a file that the agent can read with {option}"
        ) from error
    if is_secret and mode & (stat.S_IRWXG | stat.S_IRWXO):
        facts = {"path": str(path), "mode": f"{mode:04o}", "remedy": f"chmod 600 {path}"}
        log.warning("a secret can be read by others", extra=facts)
    return text


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
