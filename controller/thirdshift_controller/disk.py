"""Puts a file on disk: whole or not at all, so that nobody ever reads a part of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

FOR_ALL = 0o644
FOR_US = 0o600


def put(path: Path, content: bytes, mode: int = FOR_ALL) -> Path:
    """Write a file, replacing an earlier one, and make its folder. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        draft = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            draft.chmod(mode)
            return draft.replace(path)
        except BaseException:
            draft.unlink()
            raise
