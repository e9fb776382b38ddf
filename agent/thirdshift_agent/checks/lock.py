"""One active check at a time on a node: two would measure each other."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from thirdshift_agent.checks.errors import CheckError

NAME = "thirdshift-agent-check.lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the lock in `folder` while the block runs. Raises `CheckError`."""
    path = folder / NAME
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise CheckError(
            f"{path} cannot be locked: {error.strerror}; "
            "name a directory that you may write with --state-dir"
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CheckError(
                f"another check runs on this node ({path} is locked); wait for its end"
            ) from error
        yield
    finally:
        os.close(descriptor)
