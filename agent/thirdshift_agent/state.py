"""The agent's directory on disk belongs to one process at a time."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class StateError(Exception):
    """The state directory cannot be used; the text says why and what mends it."""


def claim(folder: Path) -> None:
    """Make the directory and keep it for this process until its end. Raises `StateError`.

    The lock sits on the directory itself: it needs no file, so a disk that is full or read-only
    does not keep the agent from its work.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise StateError(
            f"state directory {folder} cannot be used: {error.strerror}; "
            "name one that the agent's user may write with --state-dir"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise StateError(
            f"state directory {folder} is in use by another agent; "
            "stop that one or name another with --state-dir"
        ) from error
