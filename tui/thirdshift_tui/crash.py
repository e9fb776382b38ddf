"""The end of a program that failed: one line, never a traceback, whose locals may hold a token."""

from __future__ import annotations

import logging
from pathlib import Path
from traceback import extract_tb

_log = logging.getLogger(__name__)


def last_words(error: BaseException) -> str:
    """Return what failed and where, without the error's own words: they may quote a secret."""
    frames = extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"thirdshift-tui stopped: {type(error).__name__}{where}. Please report this line."


def keep(error: BaseException) -> None:
    """Write the failure to the log, if there is one."""
    _log.critical("The console failed", exc_info=error)
