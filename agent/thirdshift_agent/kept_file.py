"""A small thing that outlives the process: one JSON file, read at start, replaced whole."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)


class KeptFile:
    """`path` None keeps nothing. A disk that fails is logged and lived without."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def read(self) -> object:
        """What was kept; None where there is nothing that can be read."""
        if self._path is None:
            return None
        try:
            kept: object = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            self.complain("kept file not read: it begins anew", error)
            return None
        return kept

    def write(self, value: object) -> None:
        """Keep this instead; after a crash the file holds the old value or the new one."""
        if self._path is None:
            return
        draft = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("w", encoding="utf-8") as file:
                json.dump(value, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path)
        except OSError as error:
            self.complain("kept file not saved", error)

    def complain(self, message: str, error: Exception) -> None:
        """Log what could not be done with the file."""
        log.error(message, extra={"path": str(self._path), "reason": str(error)})
