"""The files that the agent's doors are locked with. They may be exchanged while it runs."""

from __future__ import annotations

import logging
import os
import stat
import time
from collections.abc import Callable, Sequence
from pathlib import Path

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
"""How often, at most, the files are looked at."""

_Stamp = tuple[int, int, int] | None


class CredentialError(ValueError):
    """A certificate, key or token file cannot be used; the text says why and what mends it."""


class CredentialFiles:
    """Notices when one of some files was exchanged. For a caller that holds a lock of its own."""

    def __init__(
        self, paths: Sequence[Path], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._paths, self._monotonic = paths, monotonic
        self._stamps, self._looked = self._look(), monotonic()

    def changed(self) -> bool:
        """Whether a file is another one than when this last said so, or than at first."""
        if self._monotonic() - self._looked < LOOK_SECONDS:
            return False
        self._looked = self._monotonic()
        before, self._stamps = self._stamps, self._look()
        return self._stamps != before

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
