"""Files that hold secrets: they are their owner's alone."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

log = logging.getLogger(__name__)


def warn_if_open(path: Path) -> None:
    """Warn of a file that others than its owner can read."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        facts = {"path": str(path), "mode": f"{mode:04o}", "remedy": f"chmod 600 {path}"}
        log.warning("a secret can be read by others", extra=facts)
