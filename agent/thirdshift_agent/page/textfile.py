"""The page as a file for the textfile collector of Prometheus's node_exporter.

For nodes whose node_exporter is scraped already and that open no port more. The file is replaced
whole: a reader never sees half of one.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)

SUFFIX = ".prom"
"""The collector reads no file of another name."""


class TextFile:
    """One file that always holds the last page. For one thread; `problems` is for any."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._draft = path.with_name(f".{path.name}.new")
        self._problems: tuple[str, ...] = ()

    def write(self, page: bytes) -> None:
        """Replace the file. A disk that fails is a problem of this agent, not its end."""
        try:
            self._replace(page)
        except OSError as error:
            problem = (
                f"text file {self._path} cannot be written: {error.strerror}; "
                "let the agent's user write its folder"
            )
            if self._problems != (problem,):
                log.error("text file not written", extra={"reason": problem})
            self._problems = (problem,)
        else:
            self._problems = ()

    def remove(self) -> None:
        """Leave no page behind that nobody keeps up to date."""
        for path in (self._path, self._draft):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                log.error("text file not removed", extra={"reason": str(error)})

    def problems(self) -> tuple[str, ...]:
        """Why the file is not up to date."""
        return self._problems

    def _replace(self, page: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(self._draft, flags, 0o600), "wb") as file:
            os.fchmod(file.fileno(), 0o644)  # node_exporter runs as another user
            file.write(page)
        self._draft.replace(self._path)
